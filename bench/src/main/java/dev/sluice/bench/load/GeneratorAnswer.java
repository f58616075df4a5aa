package dev.sluice.bench.load;

import dev.sluice.bench.load.Generator.Run;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a generator in a process of its own reports of a run, in one line.
 *
 * @param run what it did
 * @param compiledMillis how long the compilers of its JVM have worked so far
 * @param latencies of the run's messages
 */
public record GeneratorAnswer(Run run, long compiledMillis, Histogram latencies) {
    private static final int FIELDS = 5;

    /** Returns the line, which {@link #parse} reads. */
    public String line() {
        ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(bytes);
        return run.messages() + " " + run.elapsedNanos() + " " + run.cpuNanos() + " "
                + compiledMillis + " "
                + Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /**
     * Reads such a line.
     *
     * @throws IOException if the line is not one
     */
    public static GeneratorAnswer parse(String line) throws IOException {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IOException("no answer of a generator: " + line);
        }
        try {
            return new GeneratorAnswer(
                    new Run(Long.parseLong(fields[0]), Long.parseLong(fields[1]),
                            Long.parseLong(fields[2])),
                    Long.parseLong(fields[3]), Histogram.decodeFromCompressedByteBuffer(
                            ByteBuffer.wrap(Base64.getDecoder().decode(fields[4])), 0));
        } catch (IllegalArgumentException | BufferUnderflowException | DataFormatException e) {
            throw new IOException("no answer of a generator: " + line, e);
        }
    }
}
