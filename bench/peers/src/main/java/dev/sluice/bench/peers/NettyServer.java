package dev.sluice.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
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
import java.util.function.Supplier;

/**
 * Netty 4.2 on its native transports: one event loop for the listener and all connections, pooled
 * buffers. The handler of a connection defines what it does.
 */
final class NettyServer {
    private static final int BACKLOG = 4096;

    /** Submission entries: with Netty's 128, a turn would submit several times. */
    private static final int RING_ENTRIES = 4096;

    private static final short BUFFER_GROUP = 1;

    /** Few and never split, so that they stay in the cache: this measured best. */
    private static final short RING_BUFFERS = 64;

    private NettyServer() {}

    /** Creates the handlers of the connections. */
    @FunctionalInterface
    interface Handlers {
        /** Returns the handler of a connection; the same for all if it is sharable. */
        ChannelHandler create();
    }

    /** Returns a way to open a server on epoll, with those handlers. */
    static Peers.Opener onEpoll(Supplier<Handlers> handlers) {
        return address -> openEpoll(address, handlers.get());
    }

    /**
     * Returns a way to open a server on io_uring, with those handlers and buffers of that size in
     * its ring.
     */
    static Peers.Opener onIoUring(Supplier<Handlers> handlers, int bufferBytes) {
        return address -> openIoUring(address, handlers.get(), bufferBytes);
    }

    private static EchoPeer openEpoll(InetSocketAddress address, Handlers handlers)
            throws IOException {
        if (!Epoll.isAvailable()) {
            throw unavailable("epoll", Epoll.unavailabilityCause());
        }
        return open(address, EpollIoHandler.newFactory(), EpollServerSocketChannel.class,
                bootstrap(handlers));
    }

    private static EchoPeer openIoUring(InetSocketAddress address, Handlers handlers,
            int bufferBytes) throws IOException {
        if (!IoUring.isAvailable()) {
            throw unavailable("io_uring", IoUring.unavailabilityCause());
        }
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES);
        ServerBootstrap bootstrap = bootstrap(handlers);
        if (IoUring.isRegisterBufferRingSupported()) {
            config.setBufferRingConfig(bufferRing(bufferBytes));
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
        }
        return open(address, IoUringIoHandler.newFactory(config), IoUringServerSocketChannel.class,
                bootstrap);
    }

    private static IoUringBufferRingConfig bufferRing(int bufferBytes) {
        return IoUringBufferRingConfig.builder()
                .bufferGroupId(BUFFER_GROUP)
                .bufferRingSize(RING_BUFFERS)
                .batchSize(RING_BUFFERS)
                .incremental(false)
                .allocator(new IoUringFixedBufferRingAllocator(allocator(), bufferBytes))
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

    private static ServerBootstrap bootstrap(Handlers handlers) {
        return new ServerBootstrap()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, allocator())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new Initializer(handlers));
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
            return new RunningPeer((InetSocketAddress) listener.localAddress(), thread,
                    () -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly());
        } catch (Exception e) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            // sync throws checked exceptions without declaring them
            throw new IOException(e.getMessage(), e);
        }
    }

    private static final class Initializer extends ChannelInitializer<Channel> {
        private final Handlers handlers;

        Initializer(Handlers handlers) {
            this.handlers = handlers;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(handlers.create());
        }
    }
}
