package dev.sluice.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How busy the rest of the machine was in a span of time: everything but the processes that take
 * part. Two sources are read, because each alone misses something. The CPU clocks of all processes
 * are exact, but miss processes that came and went, other containers and the hypervisor. /proc/stat
 * includes them all, but counts in ticks of 10 ms.
 */
public final class Machine implements AutoCloseable {
    private static final long NANOS_PER_TICK = 10_000_000L; // USER_HZ is 100 on every port of Linux

    /** Two processors' worth of the sampling error of a tick-based kernel. */
    private static final long TICKS_ARE_WRONG_BY_NANOS = 40_000_000L;

    private final CpuClock clock = new CpuClock();

    /**
     * The state at one moment.
     *
     * @param processNanos the CPU time of each process
     * @param busyNanos the time in which the processors were not idle, stolen time included
     */
    public record Snapshot(Map<Long, Long> processNanos, long busyNanos) {}

    /** Reads the state now. Takes well under a millisecond; costs the caller, not the servers. */
    public Snapshot snapshot() throws IOException {
        Map<Long, Long> processes = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"),
                Machine::isProcess)) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                clock.nanosOf(pid).ifPresent(nanos -> processes.put(pid, nanos));
            }
        }
        return new Snapshot(processes, busyNanos());
    }

    private static boolean isProcess(Path entry) {
        String name = entry.getFileName().toString();
        return name.charAt(0) >= '0' && name.charAt(0) <= '9';
    }

    private static long busyNanos() throws IOException {
        byte[] stat = Files.readAllBytes(Path.of("/proc/stat"));
        String all = new String(stat, 0, Math.min(stat.length, 256), StandardCharsets.US_ASCII);
        String[] fields = all.substring(0, all.indexOf('\n')).split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < 9; i++) { // user nice system idle iowait irq softirq steal
            if (i != 4 && i != 5) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks * NANOS_PER_TICK;
    }

    /**
     * Returns what others used between two moments, in nanoseconds: the larger of the two sources,
     * the coarse one less its error.
     *
     * @param participants the processes that are not others
     */
    public static long othersNanos(Snapshot before, Snapshot after, long... participants) {
        long others = 0;
        for (Map.Entry<Long, Long> entry : after.processNanos().entrySet()) {
            others += used(before, after, entry.getKey());
        }
        long own = LongStream.of(participants).distinct()
                .map(pid -> used(before, after, pid)).sum();
        long busy = after.busyNanos() - before.busyNanos() - own - TICKS_ARE_WRONG_BY_NANOS;
        return Math.max(0, Math.max(others - own, busy));
    }

    /** Returns what one process used between two moments, in nanoseconds. */
    public static long used(Snapshot before, Snapshot after, long pid) {
        long then = before.processNanos().getOrDefault(pid, 0L);
        return after.processNanos().getOrDefault(pid, then) - then;
    }

    @Override
    public void close() {
        clock.close();
    }
}
