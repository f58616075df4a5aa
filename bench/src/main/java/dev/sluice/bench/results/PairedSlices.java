package dev.sluice.bench.results;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The slices of two servers, each with the one of the same cycle. */
public final class PairedSlices {
    private PairedSlices() {}

    /**
     * Returns the ratio of a figure to the baseline's, for every cycle that has both. A clock of
     * ticks may not have moved in a slice of the baseline: that cycle has no ratio.
     */
    public static Interval ratio(List<Slice> slices, List<Slice> baseline,
            ToDoubleFunction<Slice> figure) {
        Map<Integer, Slice> byCycle = new HashMap<>();
        for (Slice slice : baseline) {
            if (figure.applyAsDouble(slice) != 0) {
                byCycle.put(slice.cycle(), slice);
            }
        }
        return Interval.ofMedian(slices.stream()
                .filter(slice -> byCycle.containsKey(slice.cycle()))
                .mapToDouble(slice -> figure.applyAsDouble(slice)
                        / figure.applyAsDouble(byCycle.get(slice.cycle())))
                .toArray());
    }
}
