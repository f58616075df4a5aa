package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's asynchronous channels on a group of one thread, which polls and runs the handlers. A
 * connection has its own direct buffer, because a read holds one from its start, and two handlers
 * that serve it from beginning to end.
 */
final class Nio2Echo implements EchoPeer {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final AsynchronousChannelGroup group;
    private final AsynchronousServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Thread thread;

    private Nio2Echo(AsynchronousChannelGroup group, AsynchronousServerSocketChannel listener,
            Thread thread) throws IOException {
        this.group = group;
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
        this.thread = thread;
    }

    static EchoPeer open(InetSocketAddress address) throws IOException {
        ServingThread threads = new ServingThread();
        AsynchronousChannelGroup group = AsynchronousChannelGroup.withFixedThreadPool(1,
                threads::create);
        try {
            AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            Nio2Echo peer = new Nio2Echo(group, listener, threads.created());
            listener.accept(peer, new Acceptor());
            return peer;
        } catch (IOException e) {
            group.shutdownNow();
            throw e;
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
        try {
            group.shutdownNow();
            group.awaitTermination(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("the channel group did not shut down", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Remembers the thread that the group creates while it opens. */
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
            implements CompletionHandler<AsynchronousSocketChannel, Nio2Echo> {
        @Override
        public void completed(AsynchronousSocketChannel channel, Nio2Echo peer) {
            peer.listener.accept(peer, this);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                new Connection(channel).read();
            } catch (IOException e) {
                Connection.close(channel);
            }
        }

        @Override
        public void failed(Throwable cause, Nio2Echo peer) {
            if (peer.listener.isOpen()) {
                peer.listener.accept(peer, this); // that connection was gone before it was accepted
            }
        }
    }

    /** Reads, writes all of it, reads again. */
    private static final class Connection {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final CompletionHandler<Integer, Connection> onRead = new ReadHandler();
        private final CompletionHandler<Integer, Connection> onWritten = new WriteHandler();

        Connection(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void read() {
            channel.read(buffer.clear(), this, onRead);
        }

        void write() {
            channel.write(buffer, this, onWritten);
        }

        static void close(AsynchronousSocketChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a close failed", e);
            }
        }
    }

    private static final class ReadHandler implements CompletionHandler<Integer, Connection> {
        @Override
        public void completed(Integer read, Connection connection) {
            if (read < 0) {
                Connection.close(connection.channel);
            } else {
                connection.buffer.flip();
                connection.write();
            }
        }

        @Override
        public void failed(Throwable cause, Connection connection) {
            Connection.close(connection.channel);
        }
    }

    private static final class WriteHandler implements CompletionHandler<Integer, Connection> {
        @Override
        public void completed(Integer written, Connection connection) {
            if (connection.buffer.hasRemaining()) {
                connection.write();
            } else {
                connection.read();
            }
        }

        @Override
        public void failed(Throwable cause, Connection connection) {
            Connection.close(connection.channel);
        }
    }
}
