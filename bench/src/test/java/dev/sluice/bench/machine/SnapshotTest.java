package dev.sluice.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final long MILLI = 1_000_000;
    private static final long ERROR = 40 * MILLI;

    @Test
    void othersAreAllProcessesButThoseThatTakePart() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 10 * MILLI, 3L, 5 * MILLI), 0, ERROR);
        Snapshot after = new Snapshot(
                Map.of(1L, 50 * MILLI, 2L, 60 * MILLI, 3L, 12 * MILLI, 4L, 2 * MILLI), 0, ERROR);
        assertThat(after.othersSince(before, 1, 2)).isEqualTo(9 * MILLI);
    }

    @Test
    void whatNoProcessShowsCountsBeyondTheErrorOfTheTicks() {
        Snapshot before = new Snapshot(Map.of(1L, 0L), 1000 * MILLI, ERROR);
        Snapshot after = new Snapshot(Map.of(1L, 50 * MILLI), 1140 * MILLI, ERROR);
        assertThat(after.othersSince(before, 1)).isEqualTo(50 * MILLI);
    }

    @Test
    void aQuietMachineHasNoOthers() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 7L), 0, ERROR);
        Snapshot after = new Snapshot(Map.of(1L, 50 * MILLI, 2L, 7L), 60 * MILLI, ERROR);
        assertThat(after.othersSince(before, 1)).isZero();
    }

    @Test
    void aParticipantThatIsNamedTwiceCountsOnce() {
        Snapshot before = new Snapshot(Map.of(1L, 0L, 2L, 0L), 0, ERROR);
        Snapshot after = new Snapshot(Map.of(1L, 70L, 2L, 30L), 0, ERROR);
        assertThat(after.othersSince(before, 1, 1)).isEqualTo(30);
    }
}
