package dev.sluice.internal.ffi.linux;

/**
 * {@code struct timespec} of {@code <time.h>}.
 *
 * <p>Seconds and nanoseconds; the same layout as the {@code struct __kernel_timespec} of io_uring.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | tv_sec                                                                        |
 *       +-------------------------------------------------------------------------------+
 *     8 | tv_nsec                                                                       |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Timespec {
    /** The C name of the structure. */
    public static final String STRUCT = "struct timespec";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int TV_SEC = 0;
    public static final int TV_NSEC = 8;

    private Timespec() {}
}
