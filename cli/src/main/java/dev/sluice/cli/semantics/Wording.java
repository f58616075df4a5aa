package dev.sluice.cli.semantics;

import java.util.Locale;

/** How figures are written. */
enum Wording {
    /** As they were measured. */
    EXACT,
    /** Rounded, so that two runs on the same system write the same. */
    ROUNDED;

    private static final double MIB = 1024.0 * 1024;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SHORT_MILLIS = 100;

    /** A number of bytes that is the same in every run. */
    String exactly(long bytes) {
        return bytes < 1024 ? bytes + " B" : mebibytes(bytes) + " MiB";
    }

    /** How much of something: all, a part, or none. */
    String share(long bytes, long whole) {
        if (bytes == whole) {
            return this == EXACT ? "all (" + exactly(bytes) + ")" : "all";
        }
        if (this == ROUNDED) {
            return bytes == 0 ? "none" : "part";
        }
        return whole < 1024
                ? bytes + " of " + whole + " B"
                : mebibytes(bytes) + " of " + mebibytes(whole) + " MiB";
    }

    private static String mebibytes(long bytes) {
        String text = String.format(Locale.ROOT, "%.1f", bytes / MIB);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** How long something took. */
    String time(long nanos) {
        double millis = nanos / NANOS_PER_MILLI;
        if (this == EXACT) {
            String format = millis < 1 ? "%.2f ms" : millis < 100 ? "%.1f ms" : "%.0f ms";
            return String.format(Locale.ROOT, format, millis);
        }
        return millis < SHORT_MILLIS
                ? "< 0.1 s"
                : String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
}
