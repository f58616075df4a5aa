package dev.sluice.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.HashSet;
import java.util.Set;

/** Netty's handlers of the tasks besides echo. */
final class NettyTasks {
    private NettyTasks() {}

    /** Discards. */
    static NettyServer.Handlers receive() {
        Receiving shared = new Receiving();
        return () -> shared;
    }

    /** Sends the same memory again and again. */
    static NettyServer.Handlers send() {
        ByteBuf bytes = Unpooled.directBuffer(Task.BUFFER_BYTES).writeZero(Task.BUFFER_BYTES);
        return () -> new Sending(bytes);
    }

    /** One group of all connections. */
    static NettyServer.Handlers fanOut() {
        FanOut shared = new FanOut();
        return () -> shared;
    }

    /** Ends a connection as its peer does. */
    private abstract static class Ending extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                var _ = context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close(); // reset by the peer: the end of this connection only
        }
    }

    @Sharable
    private static final class Receiving extends Ending {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** Keeps the channel's queue between Netty's water marks. */
    private static final class Sending extends Ending {
        private final ByteBuf bytes;
        private final ByteBuf counts = Unpooled.buffer();
        private long left;

        Sending(ByteBuf bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            counts.discardReadBytes().writeBytes((ByteBuf) message);
            ReferenceCountUtil.release(message);
            send(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            send(context);
        }

        private void send(ChannelHandlerContext context) {
            Channel channel = context.channel();
            while (channel.isWritable() && hasMore()) {
                int length = (int) Math.min(left, bytes.readableBytes());
                left -= length;
                var _ = context.write(bytes.retainedSlice(0, length), context.voidPromise());
            }
            context.flush();
        }

        private boolean hasMore() {
            if (left == 0 && counts.readableBytes() >= Task.COUNT_BYTES) {
                left = counts.readLong();
            }
            return left > 0;
        }
    }

    /** No member is read while a queue of any member is above Netty's high-water mark. */
    @Sharable
    private static final class FanOut extends Ending {
        private final ChannelGroup members = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        private final Set<Channel> full = new HashSet<>(); // used by the event loop's thread alone

        @Override
        public void channelActive(ChannelHandlerContext context) {
            members.add(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            // Writes a duplicate to each member, releases the message, and creates no future per
            // member.
            var _ = members.writeAndFlush(message, ChannelMatchers.isNot(context.channel()), true);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Channel channel = context.channel();
            readAll(channel.isWritable() ? full.remove(channel) : full.add(channel));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            readAll(full.remove(context.channel()));
        }

        private void readAll(boolean changed) {
            if (changed) {
                members.forEach(member -> member.config().setAutoRead(full.isEmpty()));
            }
        }
    }
}
