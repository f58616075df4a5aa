package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_getevents_arg} of {@code <linux/io_uring.h>}.
 *
 * <p>The extended argument of io_uring_enter(2) with IORING_ENTER_EXT_ARG. {@code min_wait_usec}
 * came with Linux 6.12 (before: padding that must be zero).
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | sigmask                                                                       |
 *       +---------------------------------------+---------------------------------------+
 *     8 | sigmask_sz                            | min_wait_usec                         |
 *       +---------------------------------------+---------------------------------------+
 *    16 | ts                                                                            |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringGeteventsArg {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_getevents_arg";

    /** The size in bytes. */
    public static final int SIZE = 24;

    public static final int SIGMASK = 0;
    public static final int SIGMASK_SZ = 8;
    public static final int MIN_WAIT_USEC = 12;
    public static final int TS = 16;

    private IoUringGeteventsArg() {}
}
