package dev.sluice.internal.ffi.linux;

/**
 * {@code struct sock_extended_err} of {@code <linux/errqueue.h>}.
 *
 * <p>The control messages IP_RECVERR and IPV6_RECVERR, ip(7). The address of the offender follows.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | ee_errno                              | ee_origin | ee_type | ee_code | pad   |
 *       +---------------------------------------+---------------------------------------+
 *     8 | ee_info                               | ee_data                               |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class SockExtendedErr {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sock_extended_err";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int EE_ERRNO = 0;
    public static final int EE_ORIGIN = 4;
    public static final int EE_TYPE = 5;
    public static final int EE_CODE = 6;
    public static final int EE_INFO = 8;

    private SockExtendedErr() {}
}
