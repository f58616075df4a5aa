package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadResultTest {
    private static ServerSummary summaryOf(String server, LoadResult result) {
        return result.summaries().stream()
                .filter(summary -> summary.server().equals(server))
                .findFirst().orElseThrow();
    }

    /** Figures that swing twofold between cycles still give the exact ratio. */
    @Test
    void ratiosAreTakenWithinACycle() {
        ServerSummary nio = summaryOf("nio", Samples.load(Samples.slices(8)));
        assertThat(nio.cpuRatio()).isEqualTo(new Interval(1.5, 1.5, 1.5, 8));
        assertThat(nio.cpuNanosPerMessage()).isEqualTo(22_500);
        assertThat(nio.messagesPerSecond()).isEqualTo(10_000);
        assertThat(nio.throughputRatio().median()).isEqualTo(1);
        assertThat(nio.bytesPerMessage()).hasValue(0.25);
        assertThat(summaryOf("c-epoll", Samples.load(Samples.slices(8))).bytesPerMessage())
                .isEmpty();
    }

    @Test
    void aDisturbedSliceAndItsPairAreLeftOut() {
        List<Slice> slices = new ArrayList<>(Samples.slices(8));
        slices.set(0, Samples.slice("c-epoll", 0, 77, true));
        slices.set(7, Samples.slice("nio", 3, 77, true));
        LoadResult result = Samples.load(slices);
        assertThat(result.disturbed()).isEqualTo(2);
        assertThat(result.countsDisturbed()).isFalse();
        assertThat(summaryOf("nio", result).cpuRatio())
                .isEqualTo(new Interval(1.5, 1.5, 1.5, 6));
        assertThat(result.counted("c-epoll")).hasSize(7);
    }

    @Test
    void aSliceThatWasRunAgainUndisturbedStandsForItsCycle() {
        List<Slice> slices = new ArrayList<>(Samples.slices(8));
        slices.set(0, Samples.slice("c-epoll", 0, 77, true));
        slices.add(Samples.slice("c-epoll", 0, 10, false));
        assertThat(summaryOf("nio", Samples.load(slices)).cpuRatio().values()).isEqualTo(8);
    }

    @Test
    void whereTooFewAreUndisturbedAllCountOnceACycle() {
        List<Slice> slices = new ArrayList<>();
        for (Slice slice : Samples.slices(8)) {
            slices.add(Samples.slice(slice.server(), slice.cycle(),
                    slice.cpuNanos() / Samples.MILLI, true));
        }
        slices.add(Samples.slice("nio", 0, 15, false));
        LoadResult result = Samples.load(slices);
        assertThat(result.countsDisturbed()).isTrue();
        assertThat(result.counted("nio")).hasSize(8);
        assertThat(summaryOf("nio", result).cpuRatio().median()).isEqualTo(1.5);
    }

    /** A slice that was run again replaces its first try, not joins it: pairs would be uneven. */
    @Test
    void whereDisturbedSlicesCountTheLessDisturbedOfACycleDoes() {
        List<Slice> slices = new ArrayList<>();
        for (int cycle = 0; cycle < 8; cycle++) {
            slices.add(new Slice("c-epoll", cycle, 1000, 1, 99, 0, 50, true));
            slices.add(new Slice("nio", cycle, 1000, 1, 20, 0, 50, true));
            slices.add(new Slice("c-epoll", cycle, 1000, 1, 10, 0, 40, true));
        }
        LoadResult result = Samples.load(slices);
        assertThat(result.countsDisturbed()).isTrue();
        assertThat(result.counted("c-epoll")).hasSize(8)
                .allSatisfy(slice -> assertThat(slice.cpuNanos()).isEqualTo(10));
        assertThat(summaryOf("nio", result).cpuRatio()).isEqualTo(new Interval(2, 2, 2, 8));
        assertThat(summaryOf("c-epoll", result).cpuRatio()).isEqualTo(new Interval(1, 1, 1, 8));
    }
}
