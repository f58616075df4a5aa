package dev.sluice.bench.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One side of a session: passes what comes on its channel to the other side's, on the same event loop,
 * with one flush after all reads of a turn. A channel is not read while the other one's queue is above
 * Netty's high-water mark, and an IdleStateHandler watches each.
 */
final class NettyProxy extends ChannelInboundHandlerAdapter {
    private final NettyTransport transport;
    private final ProxySettings settings;
    private final Queue<Object> early = new ArrayDeque<>(1);
    private @Nullable Channel channel;

    /** Null until it is connected. */
    private @Nullable NettyProxy other;

    /** The side of the client dials the other one. */
    private final boolean dials;

    private boolean readEnded;

    /** All that came on this side, and its end, was sent by the other one. */
    private boolean passedOn;

    private NettyProxy(NettyTransport transport, ProxySettings settings,
            @Nullable NettyProxy client) {
        this.transport = transport;
        this.settings = settings;
        this.other = client;
        this.dials = client == null;
    }

    /** A way to open one. */
    static Peers.ProxyOpener opener(NettyTransport transport) {
        return (address, settings) -> NettyServer.open(transport, address,
                () -> new NettyProxy(transport, settings, null), Task.BUFFER_BYTES);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        if (settings.isTimed()) {
            context.pipeline().addBefore(context.name(), "idle", new IdleStateHandler(0, 0,
                    settings.idleMillis(), TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (dials) {
            dial(context.channel());
        }
    }

    /**
     * Reads nothing before there is a channel for it. The native transports read the end of the stream
     * nevertheless, and what came before it.
     */
    private void dial(Channel client) {
        client.config().setAutoRead(false);
        NettyProxy backend = new NettyProxy(transport, settings, this);
        Bootstrap bootstrap = new Bootstrap().group(client.eventLoop())
                .channel(transport.connection())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(backend);
        transport.options().forEach(bootstrap::option);
        bootstrap.connect(settings.backend()).addListener(done -> {
            if (done.isSuccess() && client.isActive()) {
                onConnected(backend);
            } else {
                abort();
                backend.abort();
            }
        });
    }

    private void onConnected(NettyProxy backend) {
        other = backend;
        for (Object message = early.poll(); message != null; message = early.poll()) {
            backend.write(message);
        }
        backend.flush();
        if (readEnded) {
            backend.writeEnd(this);
        } else {
            read(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (other == null) {
            early.add(message);
        } else {
            other.write(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (other != null) {
            other.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (other != null) {
            other.read(context.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            abortBoth();
        } else if (event instanceof ChannelInputShutdownEvent && !readEnded) {
            readEnded = true;
            if (other != null) {
                other.writeEnd(this);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        if (!passedOn) {
            abortBoth(); // it was reset
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        abortBoth(); // reset by its peer: the end of this session only
    }

    // ---- what the other side asks for ----------------------------------------------------------

    private void write(Object message) {
        if (channel == null) {
            ReferenceCountUtil.release(message);
        } else {
            var _ = channel.write(message, channel.voidPromise());
        }
    }

    private void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    private void read(boolean mayRead) {
        if (channel != null && !readEnded) {
            channel.config().setAutoRead(mayRead);
        }
    }

    /** After all that was written: a shutdown of the output drops what is in its queue. */
    private void writeEnd(NettyProxy from) {
        if (channel instanceof DuplexChannel half) {
            half.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(
                    written -> half.shutdownOutput().addListener(ended -> {
                        from.passedOn = true;
                        if (passedOn) {
                            from.close();
                            close();
                        }
                    }));
        }
    }

    private void close() {
        if (channel != null) {
            var _ = channel.close();
        }
    }

    private void abortBoth() {
        abort();
        if (other != null) {
            other.abort();
        }
    }

    private void abort() {
        if (channel != null && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.close();
        }
    }
}
