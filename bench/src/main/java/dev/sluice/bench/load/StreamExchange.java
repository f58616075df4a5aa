package dev.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the exchanges over lasting connections share: the connections and their loop. */
abstract class StreamExchange implements Exchange {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long STALL_NANOS = 10_000_000_000L;
    private static final long SELECT_MILLIS = 1000;

    /** In the order in which they were opened. */
    protected final List<StreamConnection> connections = new ArrayList<>();

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Consumer<SelectionKey> action = this::onReady;
    private long lastNanos;

    /** Connects. */
    StreamExchange(InetSocketAddress server, int count) throws IOException {
        selector = Selector.open();
        ByteBuffer payload = ByteBuffer.allocateDirect(BUFFER_BYTES);
        BytePattern.fill(payload, 0, 0);
        try {
            for (int i = 0; i < count; i++) {
                connect(server, payload);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void connect(InetSocketAddress server, ByteBuffer payload) throws IOException {
        SelectionKey key = GeneratorSocket.connect(server, selector);
        StreamConnection connection = new StreamConnection(key, payload);
        key.attach(connection);
        connections.add(connection);
    }

    /** Handles bytes that came back on a connection. */
    protected abstract void onReceived(StreamConnection connection, int bytes, long nowNanos)
            throws IOException;

    /** Prepares a run; called before its first {@link #turn}. */
    protected void begin(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** When bytes came back last. */
    protected long lastNanos() {
        return lastNanos;
    }

    /** Handles what is ready. */
    protected void turn(boolean mayWait) throws IOException {
        try {
            if (mayWait) {
                selector.select(action, SELECT_MILLIS);
            } else {
                selector.selectNow(action);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (System.nanoTime() - lastNanos > STALL_NANOS) {
            throw new IOException("no echo for 10 seconds");
        }
    }

    private void onReady(SelectionKey key) {
        StreamConnection connection = (StreamConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.onWritable();
            }
            if (key.isReadable()) {
                int bytes = connection.receive(buffer);
                lastNanos = System.nanoTime();
                onReceived(connection, bytes, lastNanos);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (StreamConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
