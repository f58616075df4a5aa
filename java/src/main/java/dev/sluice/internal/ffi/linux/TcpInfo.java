package dev.sluice.internal.ffi.linux;

/**
 * {@code struct tcp_info} of {@code <linux/tcp.h>}.
 *
 * <p>The state of a TCP connection, TCP_INFO of tcp(7). Times are in microseconds, {@code last_*} in
 * milliseconds, windows in segments.
 *
 * <p>The structure grows with the kernel: an older one fills less, and getsockopt returns the
 * length. {@code SIZE} is that of Linux 5.4: later fields are not used here.
 *
 * <pre>
 *       +---------+---------+---------+---------+---------+---------+-------------------+
 *     0 | state   | ca_state| retrans.| probes  | backoff | options |                   |
 *       +---------+---------+---------+---------+---------+---------+-------------------+
 *     8 | rto                                   | ato                                   |
 *       +---------------------------------------+---------------------------------------+
 *    16 | snd_mss                               | rcv_mss                               |
 *       +---------------------------------------+---------------------------------------+
 *    24 | unacked                               | sacked                                |
 *       +---------------------------------------+---------------------------------------+
 *    32 | lost                                  | retrans                               |
 *       +---------------------------------------+---------------------------------------+
 *    40 | fackets                               | last_data_sent                        |
 *       +---------------------------------------+---------------------------------------+
 *    48 | last_ack_sent                         | last_data_recv                        |
 *       +---------------------------------------+---------------------------------------+
 *    56 | last_ack_recv                         | pmtu                                  |
 *       +---------------------------------------+---------------------------------------+
 *    64 | rcv_ssthresh                          | rtt                                   |
 *       +---------------------------------------+---------------------------------------+
 *    72 | rttvar                                | snd_ssthresh                          |
 *       +---------------------------------------+---------------------------------------+
 *    80 | snd_cwnd                              | advmss                                |
 *       +---------------------------------------+---------------------------------------+
 *    88 | reordering                            | rcv_rtt                               |
 *       +---------------------------------------+---------------------------------------+
 *    96 | rcv_space                             | total_retrans                         |
 *       +---------------------------------------+---------------------------------------+
 *   104 | pacing_rate                                                                   |
 *       +-------------------------------------------------------------------------------+
 *   112 | max_pacing_rate                                                               |
 *       +-------------------------------------------------------------------------------+
 *   120 | bytes_acked                                                                   |
 *       +-------------------------------------------------------------------------------+
 *   128 | bytes_received                                                                |
 *       +---------------------------------------+---------------------------------------+
 *   136 | segs_out                              | segs_in                               |
 *       +---------------------------------------+---------------------------------------+
 *   144 | notsent_bytes                         | min_rtt                               |
 *       +---------------------------------------+---------------------------------------+
 *   152 | data_segs_in                          | data_segs_out                         |
 *       +---------------------------------------+---------------------------------------+
 *   160 | delivery_rate                                                                 |
 *       +-------------------------------------------------------------------------------+
 *   168 | busy_time                                                                     |
 *       +-------------------------------------------------------------------------------+
 *   176 | rwnd_limited                                                                  |
 *       +-------------------------------------------------------------------------------+
 *   184 | sndbuf_limited                                                                |
 *       +---------------------------------------+---------------------------------------+
 *   192 | delivered                             | delivered_ce                          |
 *       +---------------------------------------+---------------------------------------+
 *   200 | bytes_sent                                                                    |
 *       +-------------------------------------------------------------------------------+
 *   208 | bytes_retrans                                                                 |
 *       +---------------------------------------+---------------------------------------+
 *   216 | dsack_dups                            | reord_seen                            |
 *       +---------------------------------------+---------------------------------------+
 *   224 | rcv_ooopack                           | snd_wnd                               |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class TcpInfo {
    /** The C name of the structure. */
    public static final String STRUCT = "struct tcp_info";

    /** The size in bytes. */
    public static final int SIZE = 232;

    public static final int TCPI_STATE = 0;
    public static final int TCPI_CA_STATE = 1;
    public static final int TCPI_RETRANSMITS = 2;
    public static final int TCPI_PROBES = 3;
    public static final int TCPI_BACKOFF = 4;
    public static final int TCPI_OPTIONS = 5;
    public static final int TCPI_RTO = 8;
    public static final int TCPI_ATO = 12;
    public static final int TCPI_SND_MSS = 16;
    public static final int TCPI_RCV_MSS = 20;
    public static final int TCPI_UNACKED = 24;
    public static final int TCPI_SACKED = 28;
    public static final int TCPI_LOST = 32;
    public static final int TCPI_RETRANS = 36;
    public static final int TCPI_FACKETS = 40;
    public static final int TCPI_LAST_DATA_SENT = 44;
    public static final int TCPI_LAST_ACK_SENT = 48;
    public static final int TCPI_LAST_DATA_RECV = 52;
    public static final int TCPI_LAST_ACK_RECV = 56;
    public static final int TCPI_PMTU = 60;
    public static final int TCPI_RCV_SSTHRESH = 64;
    public static final int TCPI_RTT = 68;
    public static final int TCPI_RTTVAR = 72;
    public static final int TCPI_SND_SSTHRESH = 76;
    public static final int TCPI_SND_CWND = 80;
    public static final int TCPI_ADVMSS = 84;
    public static final int TCPI_REORDERING = 88;
    public static final int TCPI_RCV_RTT = 92;
    public static final int TCPI_RCV_SPACE = 96;
    public static final int TCPI_TOTAL_RETRANS = 100;
    public static final int TCPI_PACING_RATE = 104;
    public static final int TCPI_MAX_PACING_RATE = 112;
    public static final int TCPI_BYTES_ACKED = 120;
    public static final int TCPI_BYTES_RECEIVED = 128;
    public static final int TCPI_SEGS_OUT = 136;
    public static final int TCPI_SEGS_IN = 140;
    public static final int TCPI_NOTSENT_BYTES = 144;
    public static final int TCPI_MIN_RTT = 148;
    public static final int TCPI_DATA_SEGS_IN = 152;
    public static final int TCPI_DATA_SEGS_OUT = 156;
    public static final int TCPI_DELIVERY_RATE = 160;
    public static final int TCPI_BUSY_TIME = 168;
    public static final int TCPI_RWND_LIMITED = 176;
    public static final int TCPI_SNDBUF_LIMITED = 184;
    public static final int TCPI_DELIVERED = 192;
    public static final int TCPI_DELIVERED_CE = 196;
    public static final int TCPI_BYTES_SENT = 200;
    public static final int TCPI_BYTES_RETRANS = 208;
    public static final int TCPI_DSACK_DUPS = 216;
    public static final int TCPI_REORD_SEEN = 220;
    public static final int TCPI_RCV_OOOPACK = 224;
    public static final int TCPI_SND_WND = 228;

    private TcpInfo() {}
}
