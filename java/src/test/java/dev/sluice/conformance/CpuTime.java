package dev.sluice.conformance;

import java.lang.management.ManagementFactory;

/** What the system says that a thread has cost. */
final class CpuTime {
    private CpuTime() {}

    static long ofThisThreadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
