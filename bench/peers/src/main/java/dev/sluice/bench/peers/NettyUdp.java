package dev.sluice.bench.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Netty 4.2's datagram channels on one event loop. */
final class NettyUdp {
    private NettyUdp() {}

    /** A way to open one on that transport. */
    static Peers.UdpOpener opener(NettyTransport transport) {
        return (first, sockets) -> open(transport, first, sockets);
    }

    private static EchoPeer open(NettyTransport transport, InetSocketAddress first, int sockets)
            throws IOException {
        transport.require();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.eventLoops(0));
        Bootstrap bootstrap = new Bootstrap().group(group)
                .channel(transport.datagrams())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(UdpPorts.DATAGRAM_BYTES))
                .handler(new Echo());
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
}
