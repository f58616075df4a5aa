package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Messages at a fixed rate, whether the server keeps up or not, round robin over the connections. A
 * latency runs from the moment at which the message was due, not from the moment at which it could
 * be sent. So a pause of the server counts for every message that was due during the pause, and
 * there is no coordinated omission (G. Tene, "How NOT to Measure Latency").
 */
public final class FixedRate extends StreamExchange {
    private static final int CONNECTIONS = 64;
    private static final int MESSAGE_BYTES = 64;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    /** A connection with this many due messages sends no more until some have come back. */
    private static final int MOST_DUE = 1 << 14;

    private final double periodNanos;
    private final boolean spins;
    private final Map<StreamConnection, Due> due = new HashMap<>();
    private Histogram latencies = LatencyHistograms.create();

    /** When the messages of a connection that are in flight were due, as a ring. */
    private static final class Due {
        final long[] nanos = new long[MOST_DUE];
        int oldest;
        int count;
        int receivedBytes;

        boolean add(long dueNanos) {
            if (count == MOST_DUE) {
                return false;
            }
            nanos[(oldest + count++) % MOST_DUE] = dueNanos;
            return true;
        }

        long remove() {
            long first = nanos[oldest];
            oldest = (oldest + 1) % MOST_DUE;
            count--;
            return first;
        }
    }

    /**
     * Connects to a server that echoes.
     *
     * @param perSecond messages per second over all connections
     * @param spins whether this thread has a processor of its own and may poll
     */
    public FixedRate(InetSocketAddress server, int perSecond, boolean spins) throws IOException {
        super(server, CONNECTIONS);
        this.periodNanos = NANOS_PER_SECOND / perSecond;
        this.spins = spins;
        connections.forEach(connection -> due.put(connection, new Due()));
    }

    /** The unit is a message; the figures are p50, p99, p99.9 and the maximum in microseconds. */
    @Override
    public Outcome run(long durationNanos) throws IOException {
        latencies = LatencyHistograms.create();
        long startNanos = System.nanoTime();
        begin(startNanos);
        long sent = 0;
        long messages = (long) (durationNanos / periodNanos);
        while (sent < messages || connections.stream().anyMatch(one -> one.awaitedBytes() > 0)) {
            long nowNanos = System.nanoTime();
            while (sent < messages && nowNanos - dueNanos(startNanos, sent) >= 0) {
                if (!send(connections.get((int) (sent % connections.size())),
                        dueNanos(startNanos, sent))) {
                    break;
                }
                sent++;
            }
            turn(!spins && sent == messages);
        }
        return new Outcome(latencies.getTotalCount(), lastNanos() - startNanos,
                List.of(micros(50), micros(99), micros(99.9), latencies.getMaxValue()
                        / NANOS_PER_MICRO));
    }

    private long dueNanos(long startNanos, long index) {
        return startNanos + (long) (index * periodNanos);
    }

    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    private boolean send(StreamConnection connection, long dueNanos) throws IOException {
        if (!dueOf(connection).add(dueNanos)) {
            return false;
        }
        connection.offer(MESSAGE_BYTES);
        return true;
    }

    private Due dueOf(StreamConnection connection) {
        Due of = due.get(connection);
        if (of == null) {
            throw new IllegalArgumentException("a connection of another load");
        }
        return of;
    }

    @Override
    protected void onReceived(StreamConnection connection, int bytes, long nowNanos) {
        Due of = dueOf(connection);
        of.receivedBytes += bytes;
        while (of.receivedBytes >= MESSAGE_BYTES) {
            of.receivedBytes -= MESSAGE_BYTES;
            latencies.recordValue(Math.min(nowNanos - of.remove(),
                    latencies.getHighestTrackableValue()));
        }
    }
}
