package dev.sluice.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
    private static final long NO_PID = 5_000_000; // above the kernel's PID_MAX_LIMIT
    private static final long ROUNDED_NANOS = 40_000_000; // user and system time each, to ticks

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory
                .getOperatingSystemMXBean()).getProcessCpuTime();
    }

    @Test
    void agreesWithTheTimeOfTheVirtualMachine() throws Exception {
        long before = processCpuNanos();
        long told = Machine.here().cpuNanos(ProcessHandle.current().pid()).orElseThrow();
        long after = processCpuNanos();
        assertThat(told).isBetween(before, after + ROUNDED_NANOS);
    }

    @Test
    void unknownProcessHasNoCpuTime() throws Exception {
        assertThat(Machine.here().cpuNanos(NO_PID)).isEmpty();
    }
}
