package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A long stream from a server that only sends, on one connection: the generator sends a number, and
 * the server sends that many bytes. The unit is a byte.
 */
public final class BulkSend implements Exchange {
    /** What is requested at once: a few milliseconds of the stream, so that a run ends in time. */
    private static final long PIECE_BYTES = 64L << 20;

    private static final int BUFFER_BYTES = 256 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Connects to a server that sends. */
    public BulkSend(InetSocketAddress server) throws IOException {
        channel = SocketChannel.open(server);
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        long bytes = 0;
        do {
            fetch(PIECE_BYTES);
            bytes += PIECE_BYTES;
        } while (System.nanoTime() - startNanos < durationNanos);
        return new Outcome(bytes, System.nanoTime() - startNanos, List.of());
    }

    /** Requests that many bytes at once. */
    public Outcome runWhole(long bytes) throws IOException {
        long startNanos = System.nanoTime();
        fetch(bytes);
        return new Outcome(bytes, System.nanoTime() - startNanos, List.of());
    }

    private void fetch(long bytes) throws IOException {
        number.clear().putLong(bytes).flip();
        while (number.hasRemaining()) {
            channel.write(number);
        }
        long left = bytes;
        while (left > 0) {
            int read = channel.read(buffer.clear());
            if (read < 0) {
                throw new EOFException("the server closed a connection");
            }
            left -= read;
        }
        if (left < 0) {
            throw new IOException("the server sent more than it was asked for");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
