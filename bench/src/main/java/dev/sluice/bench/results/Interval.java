package dev.sluice.bench.results;

import java.util.Arrays;

/**
 * A median with an interval that assumes nothing about the distribution of the values: the order
 * statistics that enclose the true median with a probability of at least 95%.
 *
 * @param median the median; NaN if there are no values
 * @param low the lower end
 * @param high the upper end
 * @param values the number of values
 */
public record Interval(double median, double low, double high, int values) {
    /** The fewest values whose smallest and largest enclose the median with 95%. */
    public static final int FEWEST_VALUES = 6;

    private static final double TOO_NOISY = 1.5;
    private static final double ONE_SIDE = 0.025;

    /** Takes values in any order; for fewer than {@link #FEWEST_VALUES} the ends are the range. */
    public static Interval ofMedian(double... values) {
        if (values.length == 0) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int rank = lowerRank(sorted.length);
        return new Interval(median(sorted), sorted[rank], sorted[sorted.length - 1 - rank],
                sorted.length);
    }

    /** True if the ends enclose the true median with 95%, false if they are the range. */
    public boolean isConfidence() {
        return values >= FEWEST_VALUES;
    }

    /** True if the upper end is more than half again the lower one: too wide to mean anything. */
    public boolean isTooNoisy() {
        return high > low * TOO_NOISY;
    }

    private static double median(double... sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The number of values below the lower end. The median is below the value of rank r (from 0)
     * with the probability that at most r of n fair coins show heads.
     */
    private static int lowerRank(int count) {
        // Logarithms: of some thousand coins the probability of no head is less than any double.
        double logarithm = count * Math.log(0.5); // of the probability of exactly `rank` heads
        double cumulated = Math.exp(logarithm);
        int rank = 0;
        while (true) {
            logarithm += Math.log((double) (count - rank) / (rank + 1));
            cumulated += Math.exp(logarithm);
            if (cumulated > ONE_SIDE) {
                return rank;
            }
            rank++;
        }
    }
}
