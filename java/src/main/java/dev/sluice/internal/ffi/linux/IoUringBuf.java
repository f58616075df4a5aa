package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_buf} of {@code <linux/io_uring.h>}.
 *
 * <p>One entry of a ring of provided buffers; {@link IoUringBufRing} lies over the first.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | addr                                                                          |
 *       +---------------------------------------+-------------------+-------------------+
 *     8 | len                                   | bid               | resv              |
 *       +---------------------------------------+-------------------+-------------------+
 * </pre>
 */
public final class IoUringBuf {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_buf";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int ADDR = 0;
    public static final int LEN = 8;
    public static final int BID = 12;
    public static final int RESV = 14;

    private IoUringBuf() {}
}
