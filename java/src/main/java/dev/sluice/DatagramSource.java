package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/**
 * The sender and the size of a datagram, set by {@link NativeSocket#tryReceiveFrom}. Make one and reuse it, by one
 * thread at a time; the address of the same sender again allocates nothing.
 */
public final class DatagramSource {
    final RawAddress raw = new RawAddress();
    boolean truncated;
    int segmentBytes;
    private @Nullable Address last;

    /** Makes a source for {@code tryReceiveFrom} to set. */
    public DatagramSource() {}

    /**
     * Returns the sender of the latest datagram.
     *
     * @return its address, empty for an unnamed Unix socket
     */
    public Address address() {
        Address known = last;
        if (known != null && known.raw().equals(raw)) {
            return known;
        }
        Address made = Address.copyOf(raw);
        last = made;
        return made;
    }

    /**
     * Returns true if the latest datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false if all of it was received
     */
    public boolean isTruncated() {
        return truncated;
    }

    /**
     * Returns the size of the datagrams that came together. The last of them may be shorter, all others
     * have this size. Several come only if {@link SockOpt#UDP_GRO} is set.
     *
     * @return the bytes in the buffer if it is one datagram
     */
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public String toString() {
        return "datagram source " + address();
    }
}
