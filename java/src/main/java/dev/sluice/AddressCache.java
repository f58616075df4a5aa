package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/** Addresses that were seen lately, so that naming a datagram's sender again allocates nothing. */
final class AddressCache {
    private static final int SIZE = 256;

    private final @Nullable Address[] entries = new Address[SIZE];

    Address intern(RawAddress raw) {
        int at = raw.hashCode() & (SIZE - 1);
        Address known = entries[at];
        if (known != null && known.raw().equals(raw)) {
            return known;
        }
        Address made = Address.copyOf(raw);
        entries[at] = made;
        return made;
    }
}
