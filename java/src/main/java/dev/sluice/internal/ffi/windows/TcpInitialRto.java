package dev.sluice.internal.ffi.windows;

/**
 * {@code TCP_INITIAL_RTO_PARAMETERS} of {@code <mstcpip.h>}.
 *
 * <p>The input of SIO_TCP_INITIAL_RTO; the time is in milliseconds.
 *
 * <pre>
 *       +-------------------+---------+
 *     0 | Rtt               | MaxSyn. |
 *       +-------------------+---------+
 * </pre>
 */
public final class TcpInitialRto {
    /** The C name of the structure. */
    public static final String STRUCT = "TCP_INITIAL_RTO_PARAMETERS";

    /** The size in bytes. */
    public static final int SIZE = 4;

    public static final int RTT = 0;
    public static final int MAXSYNRETRANSMISSIONS = 2;

    private TcpInitialRto() {}
}
