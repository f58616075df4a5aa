package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_sync_cancel_reg} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of IORING_REGISTER_SYNC_CANCEL, io_uring_register(2), Linux 6.0.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | addr                                                                          |
 *       +---------------------------------------+---------------------------------------+
 *     8 | fd                                    | flags                                 |
 *       +---------------------------------------+---------------------------------------+
 *    16 | timeout                                                                       |
 *       +-------------------------------------------------------------------------------+
 *    24 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *    56 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringSyncCancelReg {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_sync_cancel_reg";

    /** The size in bytes. */
    public static final int SIZE = 64;

    public static final int ADDR = 0;
    public static final int FD = 8;
    public static final int FLAGS = 12;
    public static final int TIMEOUT = 16;

    private IoUringSyncCancelReg() {}
}
