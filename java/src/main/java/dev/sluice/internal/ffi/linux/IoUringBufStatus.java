package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_buf_status} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of IORING_REGISTER_PBUF_STATUS (Linux 6.8): {@code head} is the kernel's place in
 * the ring of provided buffers.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | buf_group                             | head                                  |
 *       +---------------------------------------+---------------------------------------+
 *     8 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *    32 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringBufStatus {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_buf_status";

    /** The size in bytes. */
    public static final int SIZE = 40;

    public static final int BUF_GROUP = 0;
    public static final int HEAD = 4;

    private IoUringBufStatus() {}
}
