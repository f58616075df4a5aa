package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Setting;
import java.util.Locale;

/**
 * How many entries the two rings of a port have; the kernel rounds up to powers of two. A small
 * submission ring costs system calls. With a small completion ring the kernel keeps results that find
 * no entry and ends multishot requests: slow, but nothing is lost.
 *
 * @param submissions requests that one system call submits at most
 * @param completions results that can be there unread, at least as many as submissions
 */
record RingSizes(int submissions, int completions) {
    private static final RingSizes DEFAULT = new RingSizes(512, 4096);

    /** The kernel's own limit: IORING_MAX_ENTRIES. */
    private static final int MAX = 32_768;

    RingSizes {
        check("submissions", submissions, 1);
        check("completions", completions, submissions);
    }

    private static void check(String name, int value, int least) {
        if (value < least || value > MAX) {
            throw new IllegalArgumentException(
                    property(name) + " is " + value + ": use " + least + " to " + MAX);
        }
    }

    /** Reads the properties {@code sluice.uring.submissions} and {@code .completions}. */
    static RingSizes ofThisPort() {
        int submissions = setting("submissions", DEFAULT.submissions);
        return new RingSizes(
                submissions, setting("completions", Math.max(submissions, DEFAULT.completions)));
    }

    /**
     * Returns how many buffers the kernel gets, from {@code sluice.uring.buffers}; 0 if it is not set. Any
     * two messages exhaust one buffer.
     */
    static int buffersSet() {
        int set = setting("buffers", 0);
        if (set != 0) {
            check("buffers", set, 1);
        }
        return set;
    }

    private static int setting(String name, int otherwise) {
        String variable = "SLUICE_URING_" + name.toUpperCase(Locale.ROOT);
        String set = Setting.of(property(name), variable);
        if (set.isEmpty()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(set);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    property(name) + " is " + set + ": use a number of entries", notANumber);
        }
    }

    private static String property(String name) {
        return "sluice.uring." + name;
    }
}
