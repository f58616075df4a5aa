package dev.sluice.internal.ffi.windows;

/**
 * {@code struct sockaddr_in6} of {@code <ws2ipdef.h>}.
 *
 * <p>An IPv6 address, port and scope. Port, flow information and address are in network order, the
 * scope id (an interface index) in host order.
 *
 * <pre>
 *       +-------------------+-------------------+---------------------------------------+
 *     0 | sin6_family       | sin6_port         | sin6_flowinfo                         |
 *       +-------------------------------------------------------------------------------+
 *     8 | sin6_addr                                                                     |
 *       +-------------------------------------------------------------------------------+
 *    16 |                                                                               |
 *       +---------------------------------------+
 *    24 | sin6_scope_id                         |
 *       +---------------------------------------+
 * </pre>
 */
public final class SockaddrIn6 {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sockaddr_in6";

    /** The size in bytes. */
    public static final int SIZE = 28;

    public static final int SIN6_FAMILY = 0;
    public static final int SIN6_PORT = 2;
    public static final int SIN6_FLOWINFO = 4;
    public static final int SIN6_ADDR = 8;
    public static final int SIN6_SCOPE_ID = 24;

    private SockaddrIn6() {}
}
