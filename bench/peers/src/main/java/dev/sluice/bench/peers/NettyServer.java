package dev.sluice.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Netty 4.2: one event loop for the listener and all connections, pooled buffers. The handler of a
 * connection defines what it does.
 */
final class NettyServer {
    private static final int BACKLOG = 4096;

    private NettyServer() {}

    /** Creates the handlers of the connections. */
    @FunctionalInterface
    interface Handlers {
        /** Returns the handler of a connection; the same for all if it is sharable. */
        ChannelHandler create();
    }

    /** Returns a way to open a server on the JDK's Selector, with those handlers. */
    static Peers.Opener onNio(Supplier<Handlers> handlers) {
        return address -> open(NettyTransport.NIO, address, handlers.get(), 0);
    }

    /** Returns a way to open a server on epoll, with those handlers. */
    static Peers.Opener onEpoll(Supplier<Handlers> handlers) {
        return address -> open(NettyTransport.EPOLL, address, handlers.get(), 0);
    }

    /**
     * Returns a way to open a server on io_uring, with those handlers and buffers of that size in
     * its ring.
     */
    static Peers.Opener onIoUring(Supplier<Handlers> handlers, int bufferBytes) {
        return address -> open(NettyTransport.IO_URING, address, handlers.get(), bufferBytes);
    }

    /** Listens; each connection speaks TLS by the JDK's engine and echoes. */
    static EchoPeer openTls(NettyTransport transport, InetSocketAddress address)
            throws IOException {
        SslContext context = SslContextBuilder.forServer(BenchTls.keys())
                .sslProvider(SslProvider.JDK).build();
        return open(transport, address, new Initializer(NettyEcho.handlers()) {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()));
                super.initChannel(channel);
            }
        }, NettyEcho.RING_BUFFER_BYTES);
    }

    /** Listens. */
    static EchoPeer open(NettyTransport transport, InetSocketAddress address, Handlers handlers,
            int bufferBytes) throws IOException {
        return open(transport, address, new Initializer(handlers), bufferBytes);
    }

    private static EchoPeer open(NettyTransport transport, InetSocketAddress address,
            Initializer initializer, int bufferBytes) throws IOException {
        transport.require();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(initializer);
        transport.options().forEach(bootstrap::childOption);
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, transport.eventLoops(bufferBytes));
        try {
            Channel listener = bootstrap.group(group)
                    .channel(transport.listener())
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

    private static class Initializer extends ChannelInitializer<Channel> {
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
