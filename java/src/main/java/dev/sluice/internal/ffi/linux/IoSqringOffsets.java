package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_sqring_offsets} of {@code <linux/io_uring.h>}.
 *
 * <p>Where the parts of the submission ring lie in its map. {@code user_addr} came with Linux 6.5.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | head                                  | tail                                  |
 *       +---------------------------------------+---------------------------------------+
 *     8 | ring_mask                             | ring_entries                          |
 *       +---------------------------------------+---------------------------------------+
 *    16 | flags                                 | dropped                               |
 *       +---------------------------------------+---------------------------------------+
 *    24 | array                                 |                                       |
 *       +---------------------------------------+---------------------------------------+
 *    32 | user_addr                                                                     |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoSqringOffsets {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_sqring_offsets";

    /** The size in bytes. */
    public static final int SIZE = 40;

    public static final int HEAD = 0;
    public static final int TAIL = 4;
    public static final int RING_MASK = 8;
    public static final int RING_ENTRIES = 12;
    public static final int FLAGS = 16;
    public static final int DROPPED = 20;
    public static final int ARRAY = 24;
    public static final int USER_ADDR = 32;

    private IoSqringOffsets() {}
}
