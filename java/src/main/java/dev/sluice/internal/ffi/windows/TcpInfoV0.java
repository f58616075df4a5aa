package dev.sluice.internal.ffi.windows;

/**
 * {@code TCP_INFO_v0} of {@code <mstcpip.h>}.
 *
 * <p>The answer of SIO_TCP_INFO to the version 0.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | State                                 | Mss                                   |
 *       +-------------------------------------------------------------------------------+
 *     8 | ConnectionTimeMs                                                              |
 *       +---------------------------------------+---------------------------------------+
 *    16 | TimestampsEnabled                     | RttUs                                 |
 *       +---------------------------------------+---------------------------------------+
 *    24 | MinRttUs                              | BytesInFlight                         |
 *       +---------------------------------------+---------------------------------------+
 *    32 | Cwnd                                  | SndWnd                                |
 *       +---------------------------------------+---------------------------------------+
 *    40 | RcvWnd                                | RcvBuf                                |
 *       +-------------------------------------------------------------------------------+
 *    48 | BytesOut                                                                      |
 *       +-------------------------------------------------------------------------------+
 *    56 | BytesIn                                                                       |
 *       +---------------------------------------+---------------------------------------+
 *    64 | BytesReordered                        | BytesRetrans                          |
 *       +---------------------------------------+---------------------------------------+
 *    72 | FastRetrans                           | DupAcksIn                             |
 *       +---------------------------------------+---------------------------------------+
 *    80 | TimeoutEpisodes                       | SynRetrans                            |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class TcpInfoV0 {
    /** The C name of the structure. */
    public static final String STRUCT = "TCP_INFO_v0";

    /** The size in bytes. */
    public static final int SIZE = 88;

    public static final int STATE = 0;
    public static final int MSS = 4;
    public static final int CONNECTIONTIMEMS = 8;
    public static final int TIMESTAMPSENABLED = 16;
    public static final int RTTUS = 20;
    public static final int MINRTTUS = 24;
    public static final int BYTESINFLIGHT = 28;
    public static final int CWND = 32;
    public static final int SNDWND = 36;
    public static final int RCVWND = 40;
    public static final int RCVBUF = 44;
    public static final int BYTESOUT = 48;
    public static final int BYTESIN = 56;
    public static final int BYTESREORDERED = 64;
    public static final int BYTESRETRANS = 68;
    public static final int FASTRETRANS = 72;
    public static final int DUPACKSIN = 76;
    public static final int TIMEOUTEPISODES = 80;
    public static final int SYNRETRANS = 84;

    private TcpInfoV0() {}
}
