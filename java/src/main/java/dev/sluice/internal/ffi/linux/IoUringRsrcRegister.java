package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_rsrc_register} of {@code <linux/io_uring.h>}.
 *
 * <p>The argument of IORING_REGISTER_FILES2 and IORING_REGISTER_BUFFERS2, io_uring_register(2).
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | nr                                    | flags                                 |
 *       +---------------------------------------+---------------------------------------+
 *     8 | resv2                                                                         |
 *       +-------------------------------------------------------------------------------+
 *    16 | data                                                                          |
 *       +-------------------------------------------------------------------------------+
 *    24 | tags                                                                          |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringRsrcRegister {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_rsrc_register";

    /** The size in bytes. */
    public static final int SIZE = 32;

    public static final int NR = 0;
    public static final int FLAGS = 4;
    public static final int RESV2 = 8;
    public static final int DATA = 16;
    public static final int TAGS = 24;

    private IoUringRsrcRegister() {}
}
