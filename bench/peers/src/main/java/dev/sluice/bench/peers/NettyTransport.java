package dev.sluice.bench.peers;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transports of Netty 4.2, each with what its users would set. */
enum NettyTransport {
    /** Native. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),
    /** Native, with a ring of buffers where the kernel has it. */
    IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class,
            IoUringDatagramChannel.class),
    /** The JDK's Selector. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

    /** Submission entries: Netty's 128 would be submitted several times a turn. */
    private static final int RING_ENTRIES = 4096;

    private static final short BUFFER_GROUP = 1;

    /** Few and never split, so that they stay in the cache: this measured best. */
    private static final short RING_BUFFERS = 64;

    private final Class<? extends ServerChannel> listener;
    private final Class<? extends Channel> connection;
    private final Class<? extends Channel> datagrams;

    NettyTransport(Class<? extends ServerChannel> listener, Class<? extends Channel> connection,
            Class<? extends Channel> datagrams) {
        this.listener = listener;
        this.connection = connection;
        this.datagrams = datagrams;
    }

    /** The name of its server on the command line. */
    String peerName() {
        return "netty-" + name().toLowerCase(Locale.ROOT);
    }

    Class<? extends ServerChannel> listener() {
        return listener;
    }

    Class<? extends Channel> connection() {
        return connection;
    }

    Class<? extends Channel> datagrams() {
        return datagrams;
    }

    /** Fails where this machine cannot run it. */
    void require() throws PeerUnavailableException {
        Throwable cause = unavailability();
        if (cause == null) {
            return;
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        throw new PeerUnavailableException("Netty's " + name().toLowerCase(Locale.ROOT)
                + " transport: " + cause.getMessage());
    }

    private @Nullable Throwable unavailability() {
        return switch (this) {
            case EPOLL -> Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
            case IO_URING -> IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
            case NIO -> null;
        };
    }

    /** Makes its event loops, with buffers of that size where it has a ring of them. */
    IoHandlerFactory eventLoops(int bufferBytes) {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory(ring(bufferBytes));
            case NIO -> NioIoHandler.newFactory();
        };
    }

    private static IoUringIoHandlerConfig ring(int bufferBytes) {
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES);
        if (IoUring.isRegisterBufferRingSupported()) {
            config.setBufferRingConfig(IoUringBufferRingConfig.builder()
                    .bufferGroupId(BUFFER_GROUP)
                    .bufferRingSize(RING_BUFFERS)
                    .batchSize(RING_BUFFERS)
                    .incremental(false)
                    .allocator(new IoUringFixedBufferRingAllocator(
                            PooledByteBufAllocator.DEFAULT, bufferBytes))
                    .build());
        }
        return config;
    }

    /** What its connections need beside the options of all. */
    Map<ChannelOption<Short>, Short> options() {
        return this == IO_URING && IoUring.isRegisterBufferRingSupported()
                ? Map.of(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP)
                : Map.of();
    }
}
