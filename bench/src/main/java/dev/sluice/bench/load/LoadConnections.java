package dev.sluice.bench.load;

import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * All connections of a load to one server. They stay open and idle between the runs. One thread
 * opens, runs and closes them.
 */
public final class LoadConnections implements Generator {
    private static final int RECEIVE_BYTES = 256 * 1024;
    private static final long STALL_NANOS = 5_000_000_000L;
    private static final long SELECT_MILLIS = 1000;

    private final Load load;
    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);
    private final Consumer<SelectionKey> action = this::onReady;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    // The state of the current run.
    private Histogram latencies = LatencyHistograms.create();
    private long endNanos;
    private long lastNanos;
    private long messages;
    private int inFlight;

    private LoadConnections(Load load, Selector selector) {
        this.load = load;
        this.selector = selector;
    }

    /** Opens as many connections as the load has. */
    public static LoadConnections open(InetSocketAddress server, Load load) throws IOException {
        LoadConnections all = new LoadConnections(load, Selector.open());
        try {
            ByteBuffer payload = ByteBuffer.allocateDirect(load.messageBytes() * load.inFlight());
            BytePattern.fill(payload, 0, 0);
            for (int i = 0; i < load.connections(); i++) {
                all.connect(server, payload);
            }
            return all;
        } catch (IOException e) {
            all.close();
            throw e;
        }
    }

    private void connect(InetSocketAddress server, ByteBuffer payload) throws IOException {
        SelectionKey key = GeneratorSocket.connect(server, selector);
        LoadConnection connection = new LoadConnection(key, load, payload);
        key.attach(connection);
        connections.add(connection);
    }

    @Override
    public Run run(long durationNanos, Waiting waiting, Histogram into) throws IOException {
        latencies = into;
        messages = 0;
        long cpuNanos = threads.getCurrentThreadCpuTime();
        long startNanos = System.nanoTime();
        lastNanos = startNanos;
        endNanos = startNanos + durationNanos;
        for (LoadConnection connection : connections) {
            connection.send(load.inFlight(), System.nanoTime());
            inFlight += load.inFlight();
        }
        while (inFlight > 0) {
            if (waiting == Waiting.SPIN && connections.size() == 1) {
                ask(connections.getFirst());
            } else {
                select(waiting);
            }
            if (System.nanoTime() - lastNanos > STALL_NANOS) {
                throw new IOException("no echo for 5 seconds, " + inFlight + " in flight");
            }
        }
        return new Run(messages, lastNanos - startNanos,
                threads.getCurrentThreadCpuTime() - cpuNanos);
    }

    private void select(Waiting waiting) throws IOException {
        try {
            if (waiting == Waiting.SPIN) {
                selector.selectNow(action);
            } else {
                selector.select(action, SELECT_MILLIS);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Polls a single connection without the selector, which costs a call and its own locks per
     * turn.
     */
    private void ask(LoadConnection connection) throws IOException {
        connection.sendRest();
        onReadable(connection);
    }

    private void onReady(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.onWritable();
            }
            if (key.isReadable()) {
                onReadable(connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onReadable(LoadConnection connection) throws IOException {
        int completed = connection.receive(buffer);
        if (completed == 0) {
            return;
        }
        long nowNanos = System.nanoTime();
        lastNanos = nowNanos;
        messages += completed;
        connection.complete(completed, nowNanos, latencies);
        if (nowNanos - endNanos < 0) {
            connection.send(completed, nowNanos);
        } else {
            inFlight -= completed;
        }
    }

    @Override
    public void bind(BitSet processors) throws IOException {
        Machine.here().bindCallingThread(processors);
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public long compiledMillis() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
