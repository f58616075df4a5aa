package dev.sluice.bench.results;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The time from a message's send to the whole of its echo, as the generator measured it.
 *
 * @param p50Nanos half of the messages took at most this long
 * @param p99Nanos 99 of 100
 * @param p999Nanos 999 of 1000
 * @param maxNanos all
 * @param curveNanos the same for each percentage of {@link #CURVE}
 */
public record Latency(long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos,
        List<Long> curveNanos) {
    /** The percentages for which {@link #curveNanos} has values. */
    public static final List<Double> CURVE = List.of(0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0,
            99.0, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99, 100.0);

    /** Computes the percentiles of a histogram of nanoseconds. */
    public static Latency of(Histogram histogram) {
        return new Latency(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9), histogram.getMaxValue(),
                CURVE.stream().map(histogram::getValueAtPercentile).toList());
    }
}
