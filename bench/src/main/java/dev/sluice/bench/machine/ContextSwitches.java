package dev.sluice.bench.machine;

import java.util.Map;

/**
 * How often the threads of a process were switched so far.
 *
 * @param byThread by the number of the thread
 */
public record ContextSwitches(Map<Long, Long> byThread) {
    /** Returns the switches since an earlier moment, except those of threads that have ended. */
    public long since(ContextSwitches before) {
        return byThread.entrySet().stream().mapToLong(thread -> Math.max(0,
                thread.getValue() - before.byThread.getOrDefault(thread.getKey(), 0L))).sum();
    }
}
