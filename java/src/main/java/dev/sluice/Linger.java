package dev.sluice;

/**
 * SO_LINGER, as the system has it.
 *
 * <p>Off: close returns at once and the system delivers what is queued. Zero seconds: close resets
 * the connection. Positive: the system's close waits until queued bytes are acknowledged or the time
 * is over; Sluice lets it wait on a thread of its own, and the {@link Close} completes afterwards.
 *
 * @param seconds the time to wait, 0 to 65535, or -1 when lingering is off
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
public record Linger(int seconds) {
    /** Close returns at once; on Windows this is SO_DONTLINGER. */
    public static final Linger OFF = new Linger(-1);

    private static final int MAX_SECONDS = 65535;

    /**
     * Checks the bounds that both systems share: Windows keeps the time in 16 bits.
     *
     * @throws IllegalArgumentException outside of -1 to 65535
     */
    public Linger {
        if (seconds < -1 || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "linger of " + seconds + " seconds: use 0 to " + MAX_SECONDS
                            + ", or -1 for off");
        }
    }

    /**
     * Lingering for a time.
     *
     * @param seconds 0 makes close a reset
     * @return the setting
     */
    public static Linger seconds(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException(
                    "linger of " + seconds + " seconds: use 0 to " + MAX_SECONDS
                            + ", or Linger.OFF");
        }
        return new Linger(seconds);
    }

    /**
     * Whether close lingers at all.
     *
     * @return false when off
     */
    public boolean isOn() {
        return seconds >= 0;
    }
}
