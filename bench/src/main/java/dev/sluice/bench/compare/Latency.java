package dev.sluice.bench.compare;

import org.HdrHistogram.Histogram;

/**
 * The time from a message's send to the whole of its echo, as the generator saw it.
 *
 * @param p50Nanos half of the messages took at most this long
 * @param p99Nanos 99 of 100
 * @param p999Nanos 999 of 1000
 * @param maxNanos all
 */
public record Latency(long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos) {
    static Latency of(Histogram histogram) {
        return new Latency(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9), histogram.getMaxValue());
    }
}
