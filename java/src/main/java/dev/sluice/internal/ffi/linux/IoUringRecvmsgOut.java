package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_recvmsg_out} of {@code <linux/io_uring.h>}.
 *
 * <p>The head of each buffer that a multishot IORING_OP_RECVMSG fills; name, control and payload
 * follow.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | namelen                               | controllen                            |
 *       +---------------------------------------+---------------------------------------+
 *     8 | payloadlen                            | flags                                 |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class IoUringRecvmsgOut {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_recvmsg_out";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int NAMELEN = 0;
    public static final int CONTROLLEN = 4;
    public static final int PAYLOADLEN = 8;
    public static final int FLAGS = 12;

    private IoUringRecvmsgOut() {}
}
