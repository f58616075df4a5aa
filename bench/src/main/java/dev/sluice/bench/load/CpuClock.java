package dev.sluice.bench.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * The CPU time of processes, of all their threads, to the nanosecond. The kernel's per-process CPU
 * clock also counts what a thread that is running right now has used, unlike /proc/PID/stat, which
 * counts in ticks of 10 ms.
 */
public final class CpuClock implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TIMESPEC_BYTES = 16;

    private final Arena arena = Posix.arena();
    private final MemorySegment timespec = arena.allocate(TIMESPEC_BYTES, 8);
    private final MemorySegment clockId = arena.allocate(JAVA_INT);

    /** The CPU time of the process since it started; empty if there is no process of that id. */
    public OptionalLong nanosOf(long pid) {
        if (Posix.clock_getcpuclockid((int) pid, clockId) != 0
                || Posix.clock_gettime(clockId.get(JAVA_INT, 0), timespec) != 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                timespec.get(JAVA_LONG, 0) * NANOS_PER_SECOND + timespec.get(JAVA_LONG, 8));
    }

    @Override
    public void close() {
        arena.close();
    }
}
