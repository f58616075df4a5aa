package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;

/**
 * Connections that each have one message in flight, whose size changes from message to message:
 * half of the messages have 64 bytes, a quarter 512, an eighth 4 KiB, the others 16 KiB.
 */
public final class MixedSizes extends StreamExchange {
    private static final int CONNECTIONS = 64;
    private static final int[] SIZES = {64, 64, 64, 64, 512, 512, 4096, 16384};

    private final Random random;
    private long endNanos;
    private long messages;
    private long bytes;
    private int open;

    /** Connects to a server that echoes; the seed decides the sizes. */
    public MixedSizes(InetSocketAddress server, long seed) throws IOException {
        super(server, CONNECTIONS);
        random = new Random(seed);
    }

    /** The unit is a message; the figure is the number of megabytes per second in one direction. */
    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        begin(startNanos);
        endNanos = startNanos + durationNanos;
        messages = 0;
        bytes = 0;
        open = connections.size();
        for (StreamConnection connection : connections) {
            next(connection);
        }
        while (open > 0) {
            turn(true);
        }
        long elapsedNanos = lastNanos() - startNanos;
        return new Outcome(messages, elapsedNanos, List.of(bytes * 1e3 / elapsedNanos));
    }

    private void next(StreamConnection connection) throws IOException {
        int size = SIZES[random.nextInt(SIZES.length)];
        bytes += size;
        connection.offer(size);
    }

    @Override
    protected void onReceived(StreamConnection connection, int count, long nowNanos)
            throws IOException {
        if (connection.awaitedBytes() > 0) {
            return;
        }
        messages++;
        if (nowNanos - endNanos < 0) {
            next(connection);
        } else {
            open--;
        }
    }
}
