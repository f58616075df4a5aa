package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A socket address as plain bits, rewritten in place so that decoding one allocates nothing.
 *
 * <p>IPv6 keeps its 128 bits in {@link #high} and {@link #low} (network order read as big-endian);
 * IPv4 keeps its 32 bits in the lower half of {@link #low}. A Unix address keeps the bytes of its
 * path, where an abstract name starts with a zero byte and an unnamed one has no byte.
 */
public final class RawAddress {
    public static final int NONE = 0;
    public static final int IPV4 = 4;
    public static final int IPV6 = 6;
    public static final int UNIX = 1;

    private static final byte[] NO_PATH = {};

    /** The lower half of ::ffff:0.0.0.0, in which an IPv6 socket names IPv4 addresses (RFC 4291). */
    private static final long MAPPED = 0xFFFF_0000_0000L;

    public int family;
    public long high;
    public long low;
    public int port;
    public int scopeId;
    public byte[] path = NO_PATH;

    public void clear() {
        family = NONE;
        high = 0;
        low = 0;
        port = 0;
        scopeId = 0;
        path = NO_PATH;
    }

    public void set(RawAddress other) {
        family = other.family;
        high = other.high;
        low = other.low;
        port = other.port;
        scopeId = other.scopeId;
        path = other.path;
    }

    /**
     * Returns true if a socket of that family can have this as its peer: an IPv6 socket that is not V6ONLY
     * reaches IPv4 addresses too.
     */
    public boolean isPeerOf(int socketFamily) {
        return family == socketFamily || (socketFamily == IPV6 && family == IPV4);
    }

    /** Returns the lower half of the 128 bits by which an IPv6 socket names this address. */
    public long lowOfIpv6() {
        return family == IPV4 ? MAPPED | low : low;
    }

    /** Turns the IPv6 form of an IPv4 address into the IPv4 address. */
    public void unmap() {
        if (family == IPV6 && high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE) {
            family = IPV4;
            low &= 0xFFFF_FFFFL;
            scopeId = 0;
        }
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof RawAddress other
                && family == other.family
                && high == other.high
                && low == other.low
                && port == other.port
                && scopeId == other.scopeId
                && Arrays.equals(path, other.path);
    }

    @Override
    public int hashCode() {
        long bits = (high * 31 + low) * 31 + port;
        bits = (bits * 31 + scopeId) * 31 + Arrays.hashCode(path);
        return Long.hashCode(bits * 0x9E3779B97F4A7C15L);
    }
}
