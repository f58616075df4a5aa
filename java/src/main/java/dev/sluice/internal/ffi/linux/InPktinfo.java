package dev.sluice.internal.ffi.linux;

/**
 * {@code struct in_pktinfo} of {@code <netinet/in.h>}.
 *
 * <p>The control message IP_PKTINFO, ip(7). Addresses in network order, the index in host order.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | ipi_ifindex                           | ipi_spec_dst                          |
 *       +---------------------------------------+---------------------------------------+
 *     8 | ipi_addr                              |
 *       +---------------------------------------+
 * </pre>
 */
public final class InPktinfo {
    /** The C name of the structure. */
    public static final String STRUCT = "struct in_pktinfo";

    /** The size in bytes. */
    public static final int SIZE = 12;

    public static final int IPI_IFINDEX = 0;
    public static final int IPI_SPEC_DST = 4;
    public static final int IPI_ADDR = 8;

    private InPktinfo() {}
}
