package dev.sluice.bench.load;

import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds that may be added to one another and never grow. */
public final class LatencyHistograms {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private LatencyHistograms() {}

    /** Returns an empty histogram, from 1 ns to a minute at three digits. */
    public static Histogram create() {
        return new Histogram(HIGHEST_NANOS, DIGITS);
    }
}
