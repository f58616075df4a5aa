package dev.sluice.examples;

/**
 * How many bytes may be on their way: doubles each round trip until the first loss, then grows by a packet each round
 * trip, and is halved when a round trip has lost something.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9002">RFC 9002, section 7</a>
 */
final class CongestionWindow {
    private static final long PACKET = BulkPacket.MAX_BYTES;
    private static final long LEAST = 2 * PACKET;

    /** The memory that acknowledgements take is bounded as well. */
    private static final long MOST = 4096 * PACKET;

    private long bytes = 10 * PACKET;
    private long threshold = Long.MAX_VALUE;
    private boolean recovering;
    private long recoveringSinceNanos;

    long bytes() {
        return bytes;
    }

    void arrived(LossRecovery.Sent packet) {
        if (isOfRecovery(packet)) {
            return;
        }
        bytes += bytes < threshold ? packet.bytes() : PACKET * packet.bytes() / bytes;
        bytes = Math.min(bytes, MOST);
    }

    /** Halves the window, once for the losses of one round trip. */
    void lost(LossRecovery.Sent packet, long now) {
        if (isOfRecovery(packet)) {
            return;
        }
        recovering = true;
        recoveringSinceNanos = now;
        threshold = Math.max(bytes / 2, LEAST);
        bytes = threshold;
    }

    private boolean isOfRecovery(LossRecovery.Sent packet) {
        return recovering && packet.nanos() - recoveringSinceNanos <= 0;
    }
}
