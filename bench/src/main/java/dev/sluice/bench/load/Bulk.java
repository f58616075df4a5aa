package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A long stream on one connection, to the server and back. The unit is a byte in one direction. */
public final class Bulk extends StreamExchange {
    /** What is offered at once; more is offered as bytes come back. */
    private static final long WINDOW_BYTES = 4L << 20;

    private long leftBytes;

    /** Connects to a server that echoes. */
    public Bulk(InetSocketAddress server) throws IOException {
        super(server, 1);
    }

    /** Moves what the time allows, and waits until all of it is back. */
    @Override
    public Outcome run(long durationNanos) throws IOException {
        return run(Long.MAX_VALUE, durationNanos);
    }

    /** Moves that many bytes, or fewer if the time ends first. */
    public Outcome run(long bytes, long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        begin(startNanos);
        StreamConnection connection = connections.getFirst();
        leftBytes = bytes - Math.min(bytes, WINDOW_BYTES);
        connection.offer(Math.min(bytes, WINDOW_BYTES));
        while (connection.awaitedBytes() > 0) {
            turn(true);
            if (System.nanoTime() - startNanos > durationNanos && leftBytes > 0) {
                bytes -= leftBytes;
                leftBytes = 0;
            }
        }
        return new Outcome(bytes, lastNanos() - startNanos, List.of());
    }

    @Override
    protected void onReceived(StreamConnection connection, int bytes, long nowNanos)
            throws IOException {
        long more = Math.min(bytes, leftBytes);
        leftBytes -= more;
        if (more > 0) {
            connection.offer(more);
        }
    }
}
