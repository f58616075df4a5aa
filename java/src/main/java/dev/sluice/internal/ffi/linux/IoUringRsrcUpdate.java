package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_rsrc_update} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of IORING_REGISTER_RING_FDS and IORING_REGISTER_FILES_UPDATE,
 * io_uring_register(2).
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | offset                                | resv                                  |
 *       +---------------------------------------+---------------------------------------+
 *     8 | data                                                                          |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringRsrcUpdate {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_rsrc_update";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int OFFSET = 0;
    public static final int RESV = 4;
    public static final int DATA = 8;

    private IoUringRsrcUpdate() {}
}
