package dev.sluice.net;

import dev.sluice.Address;

/**
 * A datagram that was received, or several that came together, see {@link Datagrams#coalesce}.
 *
 * @param length the number of its bytes in the buffer; of several, those of all of them, one after
 *     the other
 * @param source the address of its sender
 * @param truncated true if it was longer than the buffer; the rest is lost
 * @param segmentBytes the size of each datagram but the last, which may be shorter; the length of a
 *     single one
 */
public record Datagram(int length, Address source, boolean truncated, int segmentBytes) {
    /**
     * Makes a single datagram.
     *
     * @param length the number of its bytes in the buffer
     * @param source the address of its sender
     * @param truncated true if it was longer than the buffer
     */
    public Datagram(int length, Address source, boolean truncated) {
        this(length, source, truncated, length);
    }

    /**
     * Returns the number of datagrams of which bytes are in the buffer.
     *
     * @return 1 or more
     */
    public int count() {
        return length == 0 ? 1 : Math.ceilDiv(length, segmentBytes);
    }
}
