package dev.sluice.internal.ffi.windows;

/**
 * {@code struct ipv6_mreq} of {@code <ws2ipdef.h>}.
 *
 * <p>The value of IPV6_ADD_MEMBERSHIP and IPV6_DROP_MEMBERSHIP. The index is in host order.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | ipv6mr_multiaddr, 16 bytes                                                    |
 *       +-------------------------------------------------------------------------------+
 *    16 | ipv6mr_interface                      |
 *       +---------------------------------------+
 * </pre>
 */
public final class Ipv6Mreq {
    /** The C name of the structure. */
    public static final String STRUCT = "struct ipv6_mreq";

    /** The size in bytes. */
    public static final int SIZE = 20;

    public static final int IPV6MR_MULTIADDR = 0;
    public static final int IPV6MR_INTERFACE = 16;

    private Ipv6Mreq() {}
}
