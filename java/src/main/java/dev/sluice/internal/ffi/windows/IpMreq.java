package dev.sluice.internal.ffi.windows;

/**
 * {@code struct ip_mreq} of {@code <ws2ipdef.h>}.
 *
 * <p>The value of IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP, in network order. An interface of
 * 0.0.0.0/8 is an index.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | imr_multiaddr                         | imr_interface                         |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class IpMreq {
    /** The C name of the structure. */
    public static final String STRUCT = "struct ip_mreq";

    /** The size in bytes. */
    public static final int SIZE = 8;

    public static final int IMR_MULTIADDR = 0;
    public static final int IMR_INTERFACE = 4;

    private IpMreq() {}
}
