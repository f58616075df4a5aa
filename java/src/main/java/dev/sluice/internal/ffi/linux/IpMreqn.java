package dev.sluice.internal.ffi.linux;

/**
 * {@code struct ip_mreqn} of {@code <netinet/in.h>}.
 *
 * <p>The value of IP_MULTICAST_IF, ip(7). Addresses in network order, the index in host order.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | imr_multiaddr                         | imr_address                           |
 *       +---------------------------------------+---------------------------------------+
 *     8 | imr_ifindex                           |
 *       +---------------------------------------+
 * </pre>
 */
public final class IpMreqn {
    /** The C name of the structure. */
    public static final String STRUCT = "struct ip_mreqn";

    /** The size in bytes. */
    public static final int SIZE = 12;

    public static final int IMR_MULTIADDR = 0;
    public static final int IMR_ADDRESS = 4;
    public static final int IMR_IFINDEX = 8;

    private IpMreqn() {}
}
