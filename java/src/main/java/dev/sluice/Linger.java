package dev.sluice;

/**
 * The SO_LINGER option: what the kernel's close does with queued bytes.
 *
 * <p>Off: close returns at once and the kernel delivers the bytes. Zero seconds: close resets the
 * connection. Positive: close waits until the bytes are acknowledged or the time is over. Sluice lets
 * it wait on another thread, and the {@link Close} ends afterwards.
 *
 * @param seconds the time to wait, 0 to 65535, or -1 when lingering is off
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
public record Linger(int seconds) {
    /** Close returns at once; on Windows this is SO_DONTLINGER. */
    public static final Linger OFF = new Linger(-1);

    private static final int MAX_SECONDS = 65535;

    /**
     * Checks the bounds that Linux and Windows share: Windows has 16 bits for the time.
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
     * Makes a setting with lingering on.
     *
     * @param seconds 0 to 65535; 0 makes close a reset
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
     * Returns true if close waits or resets.
     *
     * @return false when off
     */
    public boolean isOn() {
        return seconds >= 0;
    }
}
