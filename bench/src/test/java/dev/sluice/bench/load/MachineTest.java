package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Machine.Snapshot;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MachineTest {
    private static final long MILLI = 1_000_000;

    @Test
    void othersAreAllProcessesButThoseThatTakePart() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 10 * MILLI, 3L, 5 * MILLI), 0);
        Snapshot after = new Snapshot(
                Map.of(1L, 50 * MILLI, 2L, 60 * MILLI, 3L, 12 * MILLI, 4L, 2 * MILLI), 0);
        assertThat(Machine.othersNanos(before, after, 1, 2)).isEqualTo(9 * MILLI);
    }

    @Test
    void whatNoProcessShowsCountsBeyondTheErrorOfTheTicks() {
        Snapshot before = new Snapshot(Map.of(1L, 0L), 1000 * MILLI);
        Snapshot after = new Snapshot(Map.of(1L, 50 * MILLI), 1140 * MILLI);
        assertThat(Machine.othersNanos(before, after, 1)).isEqualTo(50 * MILLI);
    }

    @Test
    void aQuietMachineHasNoOthers() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 7L), 0);
        Snapshot after = new Snapshot(Map.of(1L, 50 * MILLI, 2L, 7L), 60 * MILLI);
        assertThat(Machine.othersNanos(before, after, 1)).isZero();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "read from /proc")
    void aSnapshotHasThisProcess() throws IOException {
        try (Machine machine = new Machine()) {
            Snapshot snapshot = machine.snapshot();
            assertThat(snapshot.processNanos()).containsKey(ProcessHandle.current().pid());
            assertThat(snapshot.busyNanos()).isPositive();
        }
    }

    @Test
    void aParticipantThatIsNamedTwiceCountsOnce() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 0L), 0);
        Snapshot after = new Snapshot(Map.of(1L, 70L, 2L, 30L), 0);
        assertThat(Machine.othersNanos(before, after, 1, 1)).isEqualTo(30);
    }
}
