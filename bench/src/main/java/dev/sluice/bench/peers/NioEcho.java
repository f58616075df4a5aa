package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's Selector: one direct buffer for all connections, keys handled as they are selected (no
 * selected-key set to clear), interest changed only when a write falls short.
 */
final class NioEcho implements EchoPeer, Runnable {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Consumer<SelectionKey> action = this::onReady; // one object, not one a turn
    private volatile boolean closing;

    /** What a key is attached to; holds bytes only while the peer does not read. */
    private static final class Connection {
        @Nullable
        ByteBuffer unsent;
    }

    private NioEcho(Selector selector, ServerSocketChannel listener) throws IOException {
        this.selector = selector;
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
        this.thread = Thread.ofPlatform().name("nio-echo").unstarted(this);
    }

    static EchoPeer open(InetSocketAddress address) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            NioEcho peer = new NioEcho(selector, listener);
            peer.thread.start();
            return peer;
        } catch (IOException e) {
            listener.close();
            selector.close();
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
    public void run() {
        try {
            while (!closing) {
                selector.select(action);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.attachment() instanceof Connection connection) {
                onReady(key, connection);
            } else {
                acceptAll();
            }
        } catch (IOException e) {
            close(key); // reset by the peer: the end of this connection only
        }
    }

    private void onReady(SelectionKey key, Connection connection) throws IOException {
        if (connection.unsent == null) {
            echo(key, connection);
        } else {
            sendRest(key, connection, connection.unsent);
        }
    }

    private void acceptAll() throws IOException {
        SocketChannel channel = listener.accept();
        while (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new Connection());
            channel = listener.accept();
        }
    }

    private void echo(SelectionKey key, Connection connection) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.read(buffer.clear()) < 0) {
            close(key);
            return;
        }
        channel.write(buffer.flip());
        if (buffer.hasRemaining()) {
            connection.unsent = ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip();
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private static void sendRest(SelectionKey key, Connection connection, ByteBuffer unsent)
            throws IOException {
        ((SocketChannel) key.channel()).write(unsent);
        if (!unsent.hasRemaining()) {
            connection.unsent = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException("a close failed", e);
        }
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        Threads.join(thread);
    }
}
