package dev.sluice.cli.doctor;

import java.util.Locale;

/** Formats amounts of memory. */
final class Sizes {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /** For example 8388608 as 8 MiB, 1536 as 1.5 KiB. */
    static String of(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        String number = String.format(Locale.ROOT, "%.1f", amount);
        return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number) + " "
                + UNITS[unit];
    }
}
