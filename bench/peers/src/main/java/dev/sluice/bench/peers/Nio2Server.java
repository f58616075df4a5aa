package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's asynchronous channels on a group of one thread, which polls and runs the handlers. The
 * program defines what is done with an accepted channel.
 */
final class Nio2Server {
    private static final int BACKLOG = 4096;

    private final AsynchronousChannelGroup group;
    private final AsynchronousServerSocketChannel listener;
    private final Consumer<AsynchronousSocketChannel> program;

    private Nio2Server(AsynchronousChannelGroup group, AsynchronousServerSocketChannel listener,
            Consumer<AsynchronousSocketChannel> program) {
        this.group = group;
        this.listener = listener;
        this.program = program;
    }

    /** Hands each accepted channel, which has TCP_NODELAY, to the program. */
    static EchoPeer open(InetSocketAddress address, Consumer<AsynchronousSocketChannel> program)
            throws IOException {
        ServingThread threads = new ServingThread();
        AsynchronousChannelGroup group = AsynchronousChannelGroup.withFixedThreadPool(1,
                threads::create);
        try {
            AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            Nio2Server server = new Nio2Server(group, listener, program);
            EchoPeer peer = new RunningPeer((InetSocketAddress) listener.getLocalAddress(),
                    threads.created(), server::stop);
            listener.accept(server, new Acceptor());
            return peer;
        } catch (IOException e) {
            group.shutdownNow();
            throw e;
        }
    }

    private void stop() {
        try {
            group.shutdownNow();
            group.awaitTermination(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("the channel group did not shut down", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a connection. */
    static void close(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a close failed", e);
        }
    }

    /** Stores the thread that the group creates while it opens. */
    private static final class ServingThread {
        private @Nullable Thread thread;

        Thread create(Runnable task) {
            Thread created = Thread.ofPlatform().name("nio2-echo").daemon().unstarted(task);
            thread = created;
            return created;
        }

        Thread created() throws IOException {
            if (thread == null) {
                throw new IOException("the channel group started no thread");
            }
            return thread;
        }
    }

    private static final class Acceptor
            implements CompletionHandler<AsynchronousSocketChannel, Nio2Server> {
        @Override
        public void completed(AsynchronousSocketChannel channel, Nio2Server server) {
            server.listener.accept(server, this);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                server.program.accept(channel);
            } catch (IOException e) {
                close(channel);
            }
        }

        @Override
        public void failed(Throwable cause, Nio2Server server) {
            if (server.listener.isOpen()) {
                server.listener.accept(server, this); // that connection was gone before it was accepted
            }
        }
    }
}
