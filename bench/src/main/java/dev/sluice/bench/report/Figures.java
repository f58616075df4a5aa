package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.Interval;

/** Formats numbers: three significant digits, thousands separated. */
final class Figures {
    private static final double NANOS_PER_MICRO = 1e3;

    private Figures() {}

    static String of(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 99.95) {
            return format(ROOT, "%,.0f", value);
        }
        return format(ROOT, size >= 9.995 ? "%.1f" : size >= 0.9995 ? "%.2f" : "%.3f", value);
    }

    static String ratio(double ratio) {
        return format(ROOT, ratio < 9.9995 ? "%.3f" : "%.1f", ratio);
    }

    /**
     * Formats a value with its ends: in brackets for a 95% interval, in parentheses for the range.
     */
    static String interval(Interval interval) {
        if (interval.values() == 0) {
            return "too short to tell";
        }
        if (interval.isTooNoisy()) {
            return ratio(interval.median()) + " too noisy";
        }
        String ends = ratio(interval.low()) + "-" + ratio(interval.high());
        return ratio(interval.median())
                + (interval.isConfidence() ? " [" + ends + "]" : " (" + ends + ")");
    }

    static String micros(long nanos) {
        double micros = nanos / NANOS_PER_MICRO;
        return format(ROOT, micros < 99.95 ? "%.1f" : "%,.0f", micros);
    }
}
