package dev.sluice.bench.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Netty 4.2's datagram channels on one event loop. */
final class NettyUdp {
    private NettyUdp() {}

    /** A way to open one on that transport. */
    static Peers.UdpOpener opener(NettyTransport transport) {
        return (first, sockets) -> open(transport, first, sockets, new Echo());
    }

    /** A way to open one that answers with many datagrams, which its native transport sends as segments. */
    static Peers.UdpOpener bulk(NettyTransport transport) {
        return (first, sockets) -> open(transport, first, sockets, new Answers());
    }

    private static EchoPeer open(NettyTransport transport, InetSocketAddress first, int sockets,
            ChannelInboundHandlerAdapter handler) throws IOException {
        transport.require();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.eventLoops(0));
        Bootstrap bootstrap = new Bootstrap().group(group)
                .channel(transport.datagrams())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(UdpPorts.DATAGRAM_BYTES))
                .handler(handler);
        try {
            for (int i = 0; i < sockets; i++) {
                bootstrap.bind(new InetSocketAddress(first.getAddress(), first.getPort() + i))
                        .syncUninterruptibly();
            }
            Thread thread = group.submit(Thread::currentThread).syncUninterruptibly().getNow();
            return new RunningPeer(first, thread,
                    () -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly());
        } catch (Exception e) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(e.getMessage(), e); // sync throws checked exceptions undeclared
        }
    }

    /** One flush after all reads of a turn. */
    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            var _ = context.write(new DatagramPacket(packet.content(), packet.sender()),
                    context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** One message for all answers to a request; one flush after all reads of a turn. */
    @Sharable
    private static final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            ByteBuf request = packet.content();
            int count = request.readableBytes() == BulkDatagrams.HEADER_BYTES
                    ? request.readInt()
                    : 0;
            if (count >= 1 && count <= BulkDatagrams.MOST) {
                answer(context, packet.sender(), count, request.readInt());
            }
            packet.release();
        }

        private static void answer(ChannelHandlerContext context, InetSocketAddress to, int count,
                int number) {
            int length = count * BulkDatagrams.BYTES;
            ByteBuf answers = context.alloc().directBuffer(length, length);
            for (int i = 0; i < count; i++) {
                answers.setInt(i * BulkDatagrams.BYTES, i);
                answers.setInt(i * BulkDatagrams.BYTES + Integer.BYTES, number);
            }
            answers.writerIndex(length);
            var _ = context.write(
                    new SegmentedDatagramPacket(answers, BulkDatagrams.BYTES, to),
                    context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
