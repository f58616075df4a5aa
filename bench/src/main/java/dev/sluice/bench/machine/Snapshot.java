package dev.sluice.bench.machine;

import java.util.Map;
import java.util.stream.LongStream;

/**
 * How busy the machine was until one moment.
 *
 * @param processNanos the CPU time of processes by their ids: of all processes if that is cheap to
 *     read, else of those that take part in the measurement
 * @param busyNanos the time in which the processors were not idle, in sum
 * @param errorNanos by how much a difference of that time may be wrong
 */
public record Snapshot(Map<Long, Long> processNanos, long busyNanos, long errorNanos) {
    /**
     * Returns what others used since an earlier moment, in nanoseconds: by the clocks of their
     * processes or by the time that was not idle, whichever is more.
     *
     * @param participants the processes that are not others
     */
    public long othersSince(Snapshot before, long... participants) {
        long all = processNanos.keySet().stream().mapToLong(pid -> usedSince(before, pid)).sum();
        long own = LongStream.of(participants).distinct().map(pid -> usedSince(before, pid)).sum();
        long busy = busyNanos - before.busyNanos - own - errorNanos;
        return Math.max(0, Math.max(all - own, busy));
    }

    /** Returns what one process used since an earlier moment, in nanoseconds. */
    public long usedSince(Snapshot before, long pid) {
        long then = before.processNanos.getOrDefault(pid, 0L);
        return processNanos.getOrDefault(pid, then) - then;
    }
}
