package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_probe} of {@code <linux/io_uring.h>}.
 *
 * <p>The answer of IORING_REGISTER_PROBE: this head, then one {@link IoUringProbeOp} an operation.
 *
 * <pre>
 *       +---------+---------+-----------------------------------------------------------+
 *     0 | last_op | ops_len |                                                           |
 *       +---------+---------+-----------------------------------------------------------+
 *     8 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringProbe {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_probe";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int LAST_OP = 0;
    public static final int OPS_LEN = 1;
    public static final int OPS = 16;

    private IoUringProbe() {}
}
