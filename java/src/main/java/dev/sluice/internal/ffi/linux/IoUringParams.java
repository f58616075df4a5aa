package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_params} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of io_uring_setup(2), in and out.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | sq_entries                            | cq_entries                            |
 *       +---------------------------------------+---------------------------------------+
 *     8 | flags                                 | sq_thread_cpu                         |
 *       +---------------------------------------+---------------------------------------+
 *    16 | sq_thread_idle                        | features                              |
 *       +---------------------------------------+---------------------------------------+
 *    24 | wq_fd                                 |                                       |
 *       +---------------------------------------+---------------------------------------+
 *    32 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 *    40 | sq_off                                                                        |
 *       +-------------------------------------------------------------------------------+
 *    48 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *    80 | cq_off                                                                        |
 *       +-------------------------------------------------------------------------------+
 *    88 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *   112 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringParams {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_params";

    /** The size in bytes. */
    public static final int SIZE = 120;

    public static final int SQ_ENTRIES = 0;
    public static final int CQ_ENTRIES = 4;
    public static final int FLAGS = 8;
    public static final int SQ_THREAD_CPU = 12;
    public static final int SQ_THREAD_IDLE = 16;
    public static final int FEATURES = 20;
    public static final int WQ_FD = 24;
    public static final int SQ_OFF = 40;
    public static final int CQ_OFF = 80;

    private IoUringParams() {}
}
