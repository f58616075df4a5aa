package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_buf_ring} of {@code <linux/io_uring.h>}.
 *
 * <p>The head of a ring of provided buffers. It lies over the first {@link IoUringBuf}, whose
 * {@code resv} is the tail of the ring.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 |                                                                               |
 *       +-----------------------------------------------------------+-------------------+
 *     8 |                                                           | tail              |
 *       +-----------------------------------------------------------+-------------------+
 * </pre>
 */
public final class IoUringBufRing {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_buf_ring";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int TAIL = 14;

    private IoUringBufRing() {}
}
