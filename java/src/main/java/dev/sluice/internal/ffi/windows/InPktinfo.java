package dev.sluice.internal.ffi.windows;

/**
 * {@code struct in_pktinfo} of {@code <ws2ipdef.h>}.
 *
 * <p>The control message IP_PKTINFO. The address in network order, the index in host order.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | ipi_addr                              | ipi_ifindex                           |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class InPktinfo {
    /** The C name of the structure. */
    public static final String STRUCT = "struct in_pktinfo";

    /** The size in bytes. */
    public static final int SIZE = 8;

    public static final int IPI_ADDR = 0;
    public static final int IPI_IFINDEX = 4;

    private InPktinfo() {}
}
