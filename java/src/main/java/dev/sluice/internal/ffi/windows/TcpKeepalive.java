package dev.sluice.internal.ffi.windows;

/**
 * {@code struct tcp_keepalive} of {@code <mstcpip.h>}.
 *
 * <p>The input of SIO_KEEPALIVE_VALS; both times are in milliseconds.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | onoff                                 | keepalivetime                         |
 *       +---------------------------------------+
 *     8 | keepaliveinterval                     |
 *       +---------------------------------------+
 * </pre>
 */
public final class TcpKeepalive {
    /** The C name of the structure. */
    public static final String STRUCT = "struct tcp_keepalive";

    /** The size in bytes. */
    public static final int SIZE = 12;

    public static final int ONOFF = 0;
    public static final int KEEPALIVETIME = 4;
    public static final int KEEPALIVEINTERVAL = 8;

    private TcpKeepalive() {}
}
