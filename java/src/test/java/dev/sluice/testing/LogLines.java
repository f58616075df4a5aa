package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Captures the standard error stream, where the log of tests goes, while this is open. */
public final class LogLines implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public LogLines() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    /** Returns the lines so far that contain all of these texts. */
    public List<String> with(String... texts) {
        return bytes.toString(StandardCharsets.UTF_8).lines()
                .filter(line -> List.of(texts).stream().allMatch(line::contains))
                .toList();
    }

    /** Waits until there is such a line. */
    public void await(String... texts) {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (with(texts).isEmpty()) {
            assertThat(System.nanoTime() - endNanos).as("nanoseconds too late: %s in %s",
                    List.of(texts), with()).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(bytes.toString(StandardCharsets.UTF_8));
        before.flush();
    }
}
