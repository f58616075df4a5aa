package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A long stream to a server that only receives, on a connection of its own for each run. The server
 * closes the connection at the end of the stream, which proves that it has received everything. The
 * unit is a byte.
 */
public final class BulkReceive implements Exchange {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final InetSocketAddress server;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Connects to a server that receives. */
    public BulkReceive(InetSocketAddress server) {
        this.server = server;
        BytePattern.fill(payload, 0, 0);
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        return run(Long.MAX_VALUE, durationNanos);
    }

    /** Sends that many bytes, or fewer if the time ends first. */
    public Outcome run(long bytes, long durationNanos) throws IOException {
        try (SocketChannel channel = SocketChannel.open(server)) {
            long startNanos = System.nanoTime();
            long sent = 0;
            while (sent < bytes && System.nanoTime() - startNanos < durationNanos) {
                payload.clear().limit((int) Math.min(bytes - sent, payload.capacity()));
                sent += channel.write(payload);
            }
            channel.shutdownOutput();
            if (channel.read(payload.clear()) >= 0) {
                throw new IOException("a server that only receives sent something");
            }
            return new Outcome(sent, System.nanoTime() - startNanos, List.of());
        }
    }

    @Override
    public void close() {
        // No connection outlives its run.
    }
}
