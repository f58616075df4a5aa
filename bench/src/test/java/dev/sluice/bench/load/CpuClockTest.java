package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "process CPU clocks are read through glibc")
class CpuClockTest {
    private static final long NO_PID = 5_000_000; // above the kernel's PID_MAX_LIMIT
    private static final long ROUNDED_NANOS = 30_000_000; // user and system time each, to ticks

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory
                .getOperatingSystemMXBean()).getProcessCpuTime();
    }

    @Test
    void agreesWithTheTimeOfTheVirtualMachine() {
        try (CpuClock clock = new CpuClock()) {
            long before = processCpuNanos();
            long told = clock.nanosOf(ProcessHandle.current().pid()).orElseThrow();
            long after = processCpuNanos();
            assertThat(told).isBetween(before, after + ROUNDED_NANOS);
        }
    }

    @Test
    void aProcessThatIsNoneHasNoTime() {
        try (CpuClock clock = new CpuClock()) {
            assertThat(clock.nanosOf(NO_PID)).isEmpty();
        }
    }
}
