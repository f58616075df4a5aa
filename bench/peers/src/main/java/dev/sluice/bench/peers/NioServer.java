package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Function;

/**
 * The connections of a {@link SelectorLoop}. The attachment of a key defines what its connection does.
 */
final class NioServer {
    private static final int BACKLOG = 4096;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final SelectorLoop loop;
    private final Function<SelectionKey, Connection> connections;

    /** The attachment of a key. */
    interface Connection {
        /**
         * Does what the key is ready for.
         *
         * @return false at the end of the stream; the connection is then closed
         * @throws IOException ends this connection only
         */
        boolean onReady(SelectionKey key) throws IOException;

        /** Called when the connection and its channel are closed. */
        default void onClosed() {}
    }

    private NioServer(Selector selector, ServerSocketChannel listener,
            Function<SelectionKey, Connection> connections) {
        this.selector = selector;
        this.listener = listener;
        this.connections = connections;
        this.loop = new SelectorLoop("nio", selector, this::onReady);
    }

    /** Creates a connection for each key, which is interested in reading. */
    static EchoPeer open(InetSocketAddress address, Function<SelectionKey, Connection> connections)
            throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            NioServer server = new NioServer(selector, listener, connections);
            EchoPeer peer = new RunningPeer((InetSocketAddress) listener.getLocalAddress(),
                    server.loop.thread(), server.loop::stop);
            server.loop.thread().start();
            return peer;
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (!(key.attachment() instanceof Connection connection)) {
                acceptAll();
            } else if (!connection.onReady(key)) {
                close(key);
            }
        } catch (IOException e) {
            close(key); // reset by the peer: the end of this connection only
        }
    }

    private void acceptAll() throws IOException {
        SocketChannel channel = listener.accept();
        while (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(connections.apply(key));
            channel = listener.accept();
        }
    }

    /** Closes the channel and notifies its connection. */
    static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException("a close failed", e);
        }
        if (key.attachment() instanceof Connection connection) {
            connection.onClosed();
        }
    }
}
