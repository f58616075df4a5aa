package dev.sluice.internal.spi;

import java.util.Locale;

/** Reads settings of a backend: a system property or, without one, an environment variable. */
public final class Setting {
    private static final String OFF = "off";

    private Setting() {}

    /** Returns the value in lower case and without spaces around it; empty if none is set. */
    public static String of(String property, String variable) {
        String set = System.getProperty(property);
        if (set == null) {
            set = System.getenv(variable);
        }
        return set == null ? "" : set.strip().toLowerCase(Locale.ROOT);
    }

    /** Returns the setting that is "off", such as "sluice.uring.buffer_ring=off", or empty. */
    public static String switchedOffBy(String property, String variable) {
        if (!of(property, variable).equals(OFF)) {
            return "";
        }
        return (System.getProperty(property) != null ? property : variable) + "=" + OFF;
    }
}
