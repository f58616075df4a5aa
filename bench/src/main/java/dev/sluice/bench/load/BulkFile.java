package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file from a server, again and again on one connection: the generator sends a number, and the server sends
 * that many bytes from the beginning of the file. The unit is a byte.
 */
public final class BulkFile implements Exchange {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final long fileBytes;
    private final SocketChannel channel;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Connects to a server whose file has so many bytes. */
    public BulkFile(InetSocketAddress server, long fileBytes) throws IOException {
        this.fileBytes = fileBytes;
        channel = SocketChannel.open(server);
    }

    /** Makes the file, unless it is there with so many bytes. */
    public static void make(Path file, long bytes) throws IOException {
        if (Files.exists(file) && Files.size(file) == bytes) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate(BUFFER_BYTES);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long done = 0; done < bytes; done += chunk.limit()) {
                chunk.clear().limit((int) Math.min(BUFFER_BYTES, bytes - done));
                BytePattern.fill(chunk, 0, done);
                out.write(chunk.array(), 0, chunk.limit());
            }
        }
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        long bytes = 0;
        do {
            fetch(fileBytes, false);
            bytes += fileBytes;
        } while (System.nanoTime() - startNanos < durationNanos);
        return new Outcome(bytes, System.nanoTime() - startNanos, List.of());
    }

    /** Fetches the whole file, and its first bytes once more, and compares every byte. */
    public void check() throws IOException {
        fetch(fileBytes, true);
        fetch(Math.min(fileBytes, 1000), true);
    }

    private void fetch(long bytes, boolean compares) throws IOException {
        number.clear().putLong(bytes).flip();
        while (number.hasRemaining()) {
            channel.write(number);
        }
        long received = 0;
        while (received < bytes) {
            int read = channel.read(buffer.clear());
            if (read < 0) {
                throw new EOFException("the server closed a connection after " + received + " of "
                        + bytes + " bytes");
            }
            if (compares && BytePattern.matching(buffer.flip(), 0, received) < read) {
                throw new ByteCheckException("a byte after " + received + " came changed");
            }
            received += read;
        }
        if (received > bytes) {
            throw new IOException("the server sent more than it was asked for");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
