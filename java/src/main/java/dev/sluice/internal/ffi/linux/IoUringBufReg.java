package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_buf_reg} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of IORING_REGISTER_PBUF_RING, io_uring_register(2). {@code flags} came with
 * Linux 6.4 (before: padding that must be zero).
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | ring_addr                                                                     |
 *       +---------------------------------------+-------------------+-------------------+
 *     8 | ring_entries                          | bgid              | flags             |
 *       +---------------------------------------+-------------------+-------------------+
 *    16 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *    32 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringBufReg {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_buf_reg";

    /** The size in bytes. */
    public static final int SIZE = 40;

    public static final int RING_ADDR = 0;
    public static final int RING_ENTRIES = 8;
    public static final int BGID = 12;
    public static final int FLAGS = 14;

    private IoUringBufReg() {}
}
