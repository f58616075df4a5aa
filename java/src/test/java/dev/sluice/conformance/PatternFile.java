package dev.sluice.conformance;

import dev.sluice.NativeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file with the bytes of {@link Pattern} behind a hole of any length. It lies beside the classes and not in
 * a temporary folder, whose name wants random numbers that Wine does not have.
 */
final class PatternFile implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final int CHUNK = 1 << 16;

    final Path path;
    final NativeFile file;

    private PatternFile(Path path) throws IOException {
        this.path = path;
        this.file = NativeFile.open(path);
    }

    static PatternFile of(long bytes) {
        return behind(0, bytes);
    }

    /** So many bytes of the pattern, the first of them at a position of the file. */
    static PatternFile behind(long position, long bytes) {
        Path path = Path.of("target",
                "pattern-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        try {
            try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
                out.setLength(position);
                out.seek(position);
                byte[] chunk = new byte[CHUNK];
                for (long done = 0; done < bytes; done += CHUNK) {
                    int count = (int) Math.min(CHUNK, bytes - done);
                    Pattern.fill(chunk, count, done);
                    out.write(chunk, 0, count);
                }
            }
            return new PatternFile(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void shorten(long bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            out.setLength(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
