package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_probe_op} of {@code <linux/io_uring.h>}.
 *
 * <p>What the kernel says about one operation code.
 *
 * <pre>
 *       +---------+---------+-------------------+---------------------------------------+
 *     0 | op      |         | flags             |                                       |
 *       +---------+---------+-------------------+---------------------------------------+
 * </pre>
 */
public final class IoUringProbeOp {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_probe_op";

    /** The size in bytes. */
    public static final int SIZE = 8;

    public static final int OP = 0;
    public static final int FLAGS = 2;

    private IoUringProbeOp() {}
}
