package dev.sluice.internal.spi;

import java.util.Locale;

/** Reads what is set for a backend by a system property or, without one, an environment variable. */
public final class Setting {
    private static final String OFF = "off";

    private Setting() {}

    /** The value that is set, in lower case and without spaces around it; empty without one. */
    public static String of(String property, String variable) {
        String set = System.getProperty(property);
        if (set == null) {
            set = System.getenv(variable);
        }
        return set == null ? "" : set.strip().toLowerCase(Locale.ROOT);
    }

    /** The setting that says "off", such as "sluice.uring.buffer_ring=off", or empty. */
    public static String switchedOffBy(String property, String variable) {
        if (!of(property, variable).equals(OFF)) {
            return "";
        }
        return (System.getProperty(property) != null ? property : variable) + "=" + OFF;
    }
}
