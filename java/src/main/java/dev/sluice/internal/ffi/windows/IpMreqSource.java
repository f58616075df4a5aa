package dev.sluice.internal.ffi.windows;

/**
 * {@code struct ip_mreq_source} of {@code <ws2ipdef.h>}.
 *
 * <p>The value of IP_ADD_SOURCE_MEMBERSHIP and IP_DROP_SOURCE_MEMBERSHIP, in network order.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | imr_multiaddr                         | imr_sourceaddr                        |
 *       +---------------------------------------+---------------------------------------+
 *     8 | imr_interface                         |
 *       +---------------------------------------+
 * </pre>
 */
public final class IpMreqSource {
    /** The C name of the structure. */
    public static final String STRUCT = "struct ip_mreq_source";

    /** The size in bytes. */
    public static final int SIZE = 12;

    public static final int IMR_MULTIADDR = 0;
    public static final int IMR_SOURCEADDR = 4;
    public static final int IMR_INTERFACE = 8;

    private IpMreqSource() {}
}
