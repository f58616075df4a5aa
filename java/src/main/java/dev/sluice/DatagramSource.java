package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a datagram, filled in by {@link NativeSocket#tryReceiveFrom}. Made once and used again by one
 * thread at a time; naming the same sender again allocates nothing.
 */
public final class DatagramSource {
    final RawAddress raw = new RawAddress();
    boolean truncated;
    private @Nullable Address last;

    /** A source to be filled in. */
    public DatagramSource() {}

    /**
     * The sender of the latest datagram.
     *
     * @return its address; an unnamed Unix socket has an empty one
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
     * Whether the latest datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false if all of it was received
     */
    public boolean isTruncated() {
        return truncated;
    }

    @Override
    public String toString() {
        return "datagram source " + address();
    }
}
