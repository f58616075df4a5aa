package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.SockaddrIn;
import dev.sluice.internal.ffi.windows.SockaddrIn6;
import dev.sluice.internal.ffi.windows.SockaddrStorage;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.RawAddress;

/**
 * Converts socket addresses between Sluice's plain fields and Winsock's structures; allocates
 * nothing.
 */
final class WindowsSockaddr {
    /** Bytes that hold any address. */
    static final int MAX_SIZE = SockaddrStorage.SIZE;

    /** Bytes that hold an IPv4 or IPv6 address. */
    static final int INET_SIZE = SockaddrIn6.SIZE;

    /** 127.0.0.1. */
    private static final int LOOPBACK = 0x7F00_0001;

    /** The low half of ::ffff:0.0.0.0, to which an IPv4 address is added. */
    private static final long MAPPED = 0xFFFF_0000_0000L;

    private WindowsSockaddr() {}

    /** The Winsock number of a family, or -1 if the backend does not support it. */
    static int familyOf(int rawFamily) {
        return switch (rawFamily) {
            case RawAddress.IPV4 -> WinsockConstants.AF_INET;
            case RawAddress.IPV6 -> WinsockConstants.AF_INET6;
            default -> -1;
        };
    }

    /**
     * Writes an address for the kernel.
     *
     * @param socketFamily the family of the socket; an IPv6 socket takes IPv4 addresses in mapped
     *     form
     * @param to a place with room for {@link #INET_SIZE} bytes
     * @return the length of the address in bytes
     */
    static int encode(RawAddress from, int socketFamily, long to) {
        if (socketFamily == RawAddress.IPV4) {
            assert from.family == RawAddress.IPV4 : from.family;
            Memory.setShort(to + SockaddrIn.SIN_FAMILY, (short) WinsockConstants.AF_INET);
            Memory.setShortBigEndian(to + SockaddrIn.SIN_PORT, (short) from.port);
            Memory.setIntBigEndian(to + SockaddrIn.SIN_ADDR, (int) from.low);
            Memory.setLong(to + SockaddrIn.SIN_ZERO, 0);
            return SockaddrIn.SIZE;
        }
        assert from.isPeerOf(RawAddress.IPV6) : from.family;
        Memory.setShort(to + SockaddrIn6.SIN6_FAMILY, (short) WinsockConstants.AF_INET6);
        Memory.setShortBigEndian(to + SockaddrIn6.SIN6_PORT, (short) from.port);
        Memory.setInt(to + SockaddrIn6.SIN6_FLOWINFO, 0);
        Memory.setLongBigEndian(to + SockaddrIn6.SIN6_ADDR, from.high);
        Memory.setLongBigEndian(to + SockaddrIn6.SIN6_ADDR + Long.BYTES, from.lowOfIpv6());
        Memory.setInt(to + SockaddrIn6.SIN6_SCOPE_ID, from.scopeId);
        return SockaddrIn6.SIZE;
    }

    /**
     * Writes an address to connect or to send to. The wildcard address (0.0.0.0, [::]) means this
     * machine, as on other kernels. Windows itself would fail with WSAEADDRNOTAVAIL, and disconnect
     * a datagram socket.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-connect">
     *     connect</a>
     */
    static int encodeDestination(RawAddress from, int socketFamily, long to) {
        int length = encode(from, socketFamily, to);
        if (socketFamily == RawAddress.IPV4) {
            if ((int) from.low == 0) {
                Memory.setIntBigEndian(to + SockaddrIn.SIN_ADDR, LOOPBACK);
            }
        } else if (from.high == 0 && from.lowOfIpv6() == 0) {
            Memory.setLongBigEndian(to + SockaddrIn6.SIN6_ADDR + Long.BYTES, 1);
        } else if (from.high == 0 && from.lowOfIpv6() == MAPPED) {
            Memory.setLongBigEndian(
                    to + SockaddrIn6.SIN6_ADDR + Long.BYTES, MAPPED | LOOPBACK);
        }
        return length;
    }

    /** True if a destination is this machine: 127.0.0.0/8, ::1, or the wildcard address. */
    static boolean isLoopback(RawAddress address) {
        if (address.family == RawAddress.IPV4) {
            return isLoopback((int) address.low);
        }
        boolean mapped = address.low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
        return address.high == 0
                && (address.low == 0
                        || address.low == 1
                        || (mapped && isLoopback((int) address.low)));
    }

    private static boolean isLoopback(int ipv4) {
        return ipv4 == 0 || ipv4 >>> 24 == LOOPBACK >>> 24;
    }

    /** Writes the wildcard address of a family with port 0. */
    static int encodeAny(int rawFamily, long to) {
        for (int offset = 0; offset < INET_SIZE; offset += Integer.BYTES) {
            Memory.setInt(to + offset, 0);
        }
        Memory.setShort(to, (short) familyOf(rawFamily));
        return rawFamily == RawAddress.IPV4 ? SockaddrIn.SIZE : SockaddrIn6.SIZE;
    }

    /**
     * Reads an address that the kernel wrote. An unknown family becomes {@link RawAddress#NONE}; an
     * IPv4-mapped IPv6 address becomes an IPv4 address.
     */
    static void decode(long from, int length, RawAddress to) {
        to.clear();
        if (length < Short.BYTES) {
            return;
        }
        short family = Memory.getShort(from);
        if (family == WinsockConstants.AF_INET && length >= SockaddrIn.SIZE) {
            to.family = RawAddress.IPV4;
            to.low = Integer.toUnsignedLong(Memory.getIntBigEndian(from + SockaddrIn.SIN_ADDR));
            to.port = Short.toUnsignedInt(Memory.getShortBigEndian(from + SockaddrIn.SIN_PORT));
        } else if (family == WinsockConstants.AF_INET6 && length >= SockaddrIn6.SIZE) {
            to.family = RawAddress.IPV6;
            to.high = Memory.getLongBigEndian(from + SockaddrIn6.SIN6_ADDR);
            to.low = Memory.getLongBigEndian(from + SockaddrIn6.SIN6_ADDR + Long.BYTES);
            to.port = Short.toUnsignedInt(Memory.getShortBigEndian(from + SockaddrIn6.SIN6_PORT));
            to.scopeId = Memory.getInt(from + SockaddrIn6.SIN6_SCOPE_ID);
            to.unmap();
        }
    }
}
