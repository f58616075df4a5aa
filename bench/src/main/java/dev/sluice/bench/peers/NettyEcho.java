package dev.sluice.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Netty 4.2 on its native transports: one event loop for the listener and all connections, pooled
 * buffers, one flush after all reads of a turn, reading paused while the peer does not read.
 */
final class NettyEcho implements EchoPeer {
    private static final int BACKLOG = 4096;

    /** Submission entries: Netty's 128 would be submitted several times a turn. */
    private static final int RING_ENTRIES = 4096;

    private static final short BUFFER_GROUP = 1;

    /** Few and never split, so that they stay in the cache: this measured best. */
    private static final short RING_BUFFERS = 64;
    private static final int RING_BUFFER_BYTES = 16 * 1024;

    private final EventLoopGroup group;
    private final InetSocketAddress address;
    private final Thread thread;

    private NettyEcho(EventLoopGroup group, InetSocketAddress address, Thread thread) {
        this.group = group;
        this.address = address;
        this.thread = thread;
    }

    static EchoPeer openEpoll(InetSocketAddress address) throws IOException {
        if (!Epoll.isAvailable()) {
            throw unavailable("epoll", Epoll.unavailabilityCause());
        }
        return open(address, EpollIoHandler.newFactory(), EpollServerSocketChannel.class,
                bootstrap());
    }

    static EchoPeer openIoUring(InetSocketAddress address) throws IOException {
        if (!IoUring.isAvailable()) {
            throw unavailable("io_uring", IoUring.unavailabilityCause());
        }
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES);
        ServerBootstrap bootstrap = bootstrap();
        if (IoUring.isRegisterBufferRingSupported()) {
            config.setBufferRingConfig(bufferRing());
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
        }
        return open(address, IoUringIoHandler.newFactory(config), IoUringServerSocketChannel.class,
                bootstrap);
    }

    private static IoUringBufferRingConfig bufferRing() {
        return IoUringBufferRingConfig.builder()
                .bufferGroupId(BUFFER_GROUP)
                .bufferRingSize(RING_BUFFERS)
                .batchSize(RING_BUFFERS)
                .incremental(false)
                .allocator(new IoUringFixedBufferRingAllocator(allocator(), RING_BUFFER_BYTES))
                .build();
    }

    private static PeerUnavailableException unavailable(String transport, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new PeerUnavailableException(
                "Netty's " + transport + " transport: " + root.getMessage());
    }

    private static ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    private static ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, allocator())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new EchoInitializer());
    }

    private static EchoPeer open(InetSocketAddress address, IoHandlerFactory factory,
            Class<? extends ServerChannel> channelClass, ServerBootstrap bootstrap)
            throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
        try {
            Channel listener = bootstrap.group(group)
                    .channel(channelClass)
                    .bind(address)
                    .syncUninterruptibly()
                    .channel();
            Thread thread = group.submit(Thread::currentThread).syncUninterruptibly().getNow();
            return new NettyEcho(group, (InetSocketAddress) listener.localAddress(), thread);
        } catch (Exception e) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(e.getMessage(), e); // sync throws checked exceptions undeclared
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class EchoInitializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(EchoHandler.INSTANCE);
        }
    }

    @Sharable
    private static final class EchoHandler extends ChannelInboundHandlerAdapter {
        static final EchoHandler INSTANCE = new EchoHandler();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE); // after all that was written
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close(); // reset by the peer: the end of this connection only
        }
    }
}
