package dev.sluice;

import dev.sluice.internal.spi.TcpSnapshot;

/**
 * What the kernel knows of one TCP connection at one moment (TCP_INFO and SIOCOUTQ on Linux,
 * SIO_TCP_INFO on Windows). A figure that the kernel does not offer is -1.
 *
 * @param state the kernel's number of the connection's state (Linux: tcp_states.h, 1 is established)
 * @param roundTripMicros smoothed round-trip time in microseconds
 * @param roundTripVarianceMicros mean deviation of the round-trip time in microseconds
 * @param congestionWindowBytes bytes that may be in flight
 * @param retransmits segments sent again since the connection began
 * @param bytesUnsent bytes in the send queue that were never sent
 * @param bytesUnacknowledged bytes in the send queue, sent or not, not yet acknowledged by the peer
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
public record TcpInfo(
        int state,
        long roundTripMicros,
        long roundTripVarianceMicros,
        long congestionWindowBytes,
        long retransmits,
        long bytesUnsent,
        long bytesUnacknowledged) {
    static TcpInfo of(TcpSnapshot now) {
        return new TcpInfo(
                now.state(),
                now.roundTripMicros(),
                now.roundTripVarianceMicros(),
                now.congestionWindowBytes(),
                now.retransmits(),
                now.bytesUnsent(),
                now.bytesUnacknowledged());
    }
}
