package dev.sluice.internal.ffi.linux;

/**
 * {@code struct iovec} of {@code <sys/uio.h>}.
 *
 * <p>One buffer of a vectored transfer, readv(2).
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | iov_base                                                                      |
 *       +-------------------------------------------------------------------------------+
 *     8 | iov_len                                                                       |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Iovec {
    /** The C name of the structure. */
    public static final String STRUCT = "struct iovec";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int IOV_BASE = 0;
    public static final int IOV_LEN = 8;

    private Iovec() {}
}
