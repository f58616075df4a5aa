package dev.sluice.internal.spi;

/**
 * What the kernel knows of one TCP connection at one moment. A figure that it does not offer is -1.
 *
 * @param state the kernel's number of the connection's state
 * @param roundTripMicros smoothed round-trip time
 * @param roundTripVarianceMicros mean deviation of the round-trip time
 * @param congestionWindowBytes how much may be in flight
 * @param retransmits segments sent again since the connection began
 * @param bytesUnsent bytes in the send queue that were never sent
 * @param bytesUnacknowledged bytes in the send queue, sent or not, that the peer has not acknowledged
 */
public record TcpSnapshot(
        int state,
        long roundTripMicros,
        long roundTripVarianceMicros,
        long congestionWindowBytes,
        long retransmits,
        long bytesUnsent,
        long bytesUnacknowledged) {}
