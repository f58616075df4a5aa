package dev.sluice.internal.ffi.linux;

/**
 * {@code struct in6_pktinfo} of {@code <netinet/in.h>}.
 *
 * <p>The control message IPV6_PKTINFO, ipv6(7). The index is in host order.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | ipi6_addr, 16 bytes                                                           |
 *       +-------------------------------------------------------------------------------+
 *    16 | ipi6_ifindex                          |
 *       +---------------------------------------+
 * </pre>
 */
public final class In6Pktinfo {
    /** The C name of the structure. */
    public static final String STRUCT = "struct in6_pktinfo";

    /** The size in bytes. */
    public static final int SIZE = 20;

    public static final int IPI6_ADDR = 0;
    public static final int IPI6_IFINDEX = 16;

    private In6Pktinfo() {}
}
