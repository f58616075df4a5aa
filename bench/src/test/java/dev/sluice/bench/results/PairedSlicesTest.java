package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairedSlicesTest {
    private static Interval ratio(List<Slice> slices, List<Slice> baseline) {
        return PairedSlices.ratio(slices, baseline, Slice::cpuNanosPerMessage);
    }

    @Test
    void eachSliceIsComparedWithThatOfItsCycle() {
        Interval ratio = ratio(
                List.of(Samples.slice("nio", 0, 30, false), Samples.slice("nio", 1, 20, false)),
                List.of(Samples.slice("c", 1, 10, false), Samples.slice("c", 0, 10, false)));
        assertThat(ratio).isEqualTo(new Interval(2.5, 2, 3, 2));
    }

    /** Under Wine the CPU time of a process moves in ticks. */
    @Test
    void aCycleInWhichTheBaselinesClockStoodStillHasNoRatio() {
        List<Slice> slices =
                List.of(Samples.slice("nio", 0, 30, false), Samples.slice("nio", 1, 0, false));
        assertThat(ratio(slices,
                List.of(Samples.slice("c", 0, 10, false), Samples.slice("c", 1, 0, false))))
                .isEqualTo(new Interval(3, 3, 3, 1));
        assertThat(ratio(slices, List.of(Samples.slice("c", 0, 0, false))).values()).isZero();
    }
}
