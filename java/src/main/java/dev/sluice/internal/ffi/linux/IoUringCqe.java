package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_cqe} of {@code <linux/io_uring.h>}.
 *
 * <p>A completion queue entry.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | user_data                                                                     |
 *       +---------------------------------------+---------------------------------------+
 *     8 | res                                   | flags                                 |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class IoUringCqe {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_cqe";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int USER_DATA = 0;
    public static final int RES = 8;
    public static final int FLAGS = 12;

    private IoUringCqe() {}
}
