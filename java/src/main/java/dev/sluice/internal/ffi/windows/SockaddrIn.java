package dev.sluice.internal.ffi.windows;

/**
 * {@code struct sockaddr_in} of {@code <ws2def.h>}.
 *
 * <p>An IPv4 address and port, both in network order.
 *
 * <pre>
 *       +-------------------+-------------------+---------------------------------------+
 *     0 | sin_family        | sin_port          | sin_addr                              |
 *       +-------------------------------------------------------------------------------+
 *     8 | sin_zero                                                                      |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class SockaddrIn {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sockaddr_in";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int SIN_FAMILY = 0;
    public static final int SIN_PORT = 2;
    public static final int SIN_ADDR = 4;
    public static final int SIN_ZERO = 8;

    private SockaddrIn() {}
}
