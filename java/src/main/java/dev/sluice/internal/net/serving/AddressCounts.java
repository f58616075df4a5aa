package dev.sluice.internal.net.serving;

import dev.sluice.Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The number of connections of each peer address. An address has an entry only while it has
 * connections, so there are never more entries than connections. A site of IPv6 has at least 2^64
 * addresses, so those of one /64 network count as one (RFC 6177, RFC 4291 section 2.5.4).
 */
final class AddressCounts {
    /** What counts as one address: four bytes of IPv4, or the first eight of IPv6 with their scope. */
    private record Source(boolean ipv4, long bits, int scope) {}

    private final int maxPerAddress;

    /** Guarded by itself. */
    private final Map<Source, Integer> counts = new HashMap<>();

    AddressCounts(int maxPerAddress) {
        this.maxPerAddress = maxPerAddress;
    }

    /** Counts a connection; false if its address has as many as it may. */
    boolean tryAdd(Address peer) {
        Source source = sourceOf(peer);
        if (source == null) {
            return true;
        }
        synchronized (counts) {
            int present = counts.getOrDefault(source, 0);
            if (present >= maxPerAddress) {
                return false;
            }
            counts.put(source, present + 1);
            return true;
        }
    }

    /** Ends the count of a connection that was counted. */
    void remove(Address peer) {
        Source source = sourceOf(peer);
        if (source != null) {
            synchronized (counts) {
                counts.computeIfPresent(
                        source, (same, present) -> present == 1 ? null : present - 1);
            }
        }
    }

    /** Returns the number of addresses that have connections. */
    int size() {
        synchronized (counts) {
            return counts.size();
        }
    }

    /** Returns null for the peer of a Unix socket, which has no address of its own. */
    private @Nullable Source sourceOf(Address peer) {
        if (maxPerAddress == ServerSettings.UNBOUNDED || peer.isUnix()) {
            return null;
        }
        InetAddress address = peer.toInetSocketAddress().getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address ipv6
                ? new Source(false, bytes.getLong(), ipv6.getScopeId())
                : new Source(true, bytes.getInt(), 0);
    }
}
