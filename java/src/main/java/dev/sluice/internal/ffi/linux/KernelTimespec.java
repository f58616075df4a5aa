package dev.sluice.internal.ffi.linux;

/**
 * {@code struct __kernel_timespec} of {@code <linux/time_types.h>}.
 *
 * <p>Seconds and nanoseconds as the kernel takes them, for io_uring.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | tv_sec                                                                        |
 *       +-------------------------------------------------------------------------------+
 *     8 | tv_nsec                                                                       |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class KernelTimespec {
    /** The C name of the structure. */
    public static final String STRUCT = "struct __kernel_timespec";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int TV_SEC = 0;
    public static final int TV_NSEC = 8;

    private KernelTimespec() {}
}
