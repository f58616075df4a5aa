package dev.sluice.examples;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Finds out which packets were lost: those that three later ones have overtaken, and those that are older than a
 * round trip and an eighth when a later one was acknowledged. If acknowledgements stop, a probe is sent.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9002">RFC 9002, Appendix A</a>
 */
final class LossRecovery {
    private static final int PACKET_THRESHOLD = 3;
    private static final long GRANULARITY_NANOS = 1_000_000;
    private static final long INITIAL_NANOS = 100_000_000;
    private static final int MAX_BACKOFF = 6;

    /** The numbers in flight, in the order in which they were sent. */
    private final NavigableMap<Long, Sent> inFlight = new TreeMap<>();

    private long bytesInFlight;
    private long largestAcknowledged = -1;
    private long latestNanos;
    private long leastNanos = Long.MAX_VALUE;
    private long smoothedNanos;
    private long varianceNanos;
    private long lastSentNanos;
    private int probes;

    /** A packet on its way. */
    record Sent(long number, long offset, int length, long nanos) {
        int bytes() {
            return BulkPacket.DATA_HEAD_BYTES + length;
        }
    }

    /** What an acknowledgement showed. */
    record Feedback(List<Sent> arrived, List<Sent> lost) {}

    void sent(Sent packet) {
        inFlight.put(packet.number, packet);
        bytesInFlight += packet.bytes();
        lastSentNanos = packet.nanos;
    }

    long bytesInFlight() {
        return bytesInFlight;
    }

    /** Returns the time of a round trip, or that which is assumed before the first one. */
    long smoothedNanos() {
        return smoothedNanos == 0 ? INITIAL_NANOS : smoothedNanos;
    }

    /** Takes in what arrived; numbers that were never sent, or are known already, count for nothing. */
    Feedback acknowledged(BulkPacket.Ack ack, long now) {
        List<Sent> arrived = new ArrayList<>();
        for (BulkPacket.Range range : ack.ranges()) {
            Iterator<Sent> of =
                    inFlight.subMap(range.first(), true, range.last(), true).values().iterator();
            while (of.hasNext()) {
                Sent packet = of.next();
                of.remove();
                bytesInFlight -= packet.bytes();
                arrived.add(packet);
            }
        }
        if (!arrived.isEmpty()) {
            Sent newest = arrived.getFirst();
            for (Sent each : arrived) {
                newest = each.number > newest.number ? each : newest;
            }
            if (newest.number > largestAcknowledged) {
                largestAcknowledged = newest.number;
                measured(now - newest.nanos, ack.delayMicros() * 1000L);
            }
            probes = 0;
        }
        return new Feedback(arrived, lost(now));
    }

    private void measured(long sampleNanos, long delayNanos) {
        latestNanos = Math.max(sampleNanos, 1);
        leastNanos = Math.min(leastNanos, latestNanos);
        boolean delayed = latestNanos - leastNanos >= delayNanos;
        long adjusted = delayed ? latestNanos - delayNanos : latestNanos;
        if (smoothedNanos == 0) {
            smoothedNanos = adjusted;
            varianceNanos = adjusted / 2;
        } else {
            varianceNanos += (Math.abs(smoothedNanos - adjusted) - varianceNanos) / 4;
            smoothedNanos += (adjusted - smoothedNanos) / 8;
        }
    }

    /** Removes and returns the packets that are lost by now. */
    List<Sent> lost(long now) {
        List<Sent> lost = new ArrayList<>();
        Iterator<Sent> before = inFlight.headMap(largestAcknowledged).values().iterator();
        while (before.hasNext()) {
            Sent packet = before.next();
            if (packet.number <= largestAcknowledged - PACKET_THRESHOLD
                    || now - packet.nanos >= lossNanos()) {
                before.remove();
                bytesInFlight -= packet.bytes();
                lost.add(packet);
            }
        }
        return lost;
    }

    private long lossNanos() {
        return Math.max(Math.max(latestNanos, smoothedNanos()) * 9 / 8, GRANULARITY_NANOS);
    }

    /** Returns when to look again, though nothing arrives: at the time of a loss, or of a probe. */
    long timerNanos() {
        Map.Entry<Long, Sent> oldest = inFlight.firstEntry();
        if (oldest != null && oldest.getKey() < largestAcknowledged) {
            return oldest.getValue().nanos + lossNanos();
        }
        return lastSentNanos + (probeNanos() << Math.min(probes, MAX_BACKOFF));
    }

    private long probeNanos() {
        return smoothedNanos == 0
                ? 2 * INITIAL_NANOS
                : smoothedNanos + Math.max(4 * varianceNanos, GRANULARITY_NANOS);
    }

    /** Notes that nothing was acknowledged in time; returns the oldest packet, whose bytes to send once more. */
    Sent probe() {
        probes++;
        return inFlight.firstEntry().getValue();
    }
}
