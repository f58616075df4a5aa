package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.SockaddrIn;
import dev.sluice.internal.ffi.linux.SockaddrIn6;
import dev.sluice.internal.ffi.linux.SockaddrStorage;
import dev.sluice.internal.ffi.linux.SockaddrUn;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.RawAddress;

/**
 * Encodes socket addresses in the kernel's structures, and decodes them.
 *
 * <p>IPv4 and IPv6 allocate nothing; decoding a Unix address allocates its path.
 */
public final class LinuxSockaddr {
    /** Bytes that hold any address. */
    public static final int MAX_SIZE = SockaddrStorage.SIZE;

    /** The longest path of a file; the structure ends with a zero after it. */
    private static final int MAX_PATH = SockaddrUn.SIZE - SockaddrUn.SUN_PATH - 1;

    /** The longest abstract name, its leading zero included. */
    private static final int MAX_ABSTRACT = MAX_PATH + 1;

    private LinuxSockaddr() {}

    /**
     * Checks that {@link #encode} can write an address.
     *
     * @return 0, or the errno with which the kernel would fail: ENAMETOOLONG, EINVAL
     */
    public static int check(RawAddress address) {
        if (address.family != RawAddress.UNIX) {
            return 0;
        }
        byte[] path = address.path;
        if (path.length > mostBytes(path)) {
            return Errno.ENAMETOOLONG;
        }
        return isNamed(path) && hasZero(path) ? Errno.EINVAL : 0;
    }

    private static boolean isNamed(byte[] path) {
        return path.length > 0 && path[0] != 0;
    }

    private static int mostBytes(byte[] path) {
        return isNamed(path) ? MAX_PATH : MAX_ABSTRACT;
    }

    /** Returns true if the path has a zero, at which the kernel would end the name of the file. */
    private static boolean hasZero(byte[] path) {
        for (byte unit : path) {
            if (unit == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Encodes an address for the kernel.
     *
     * <p>{@link RawAddress#NONE} becomes AF_UNSPEC, with which connect(2) dissolves the association of
     * a datagram socket. A Unix address without a name lets bind(2) choose an abstract one.
     *
     * @param socketFamily of the socket that it is for: an IPv6 socket has its own form of IPv4 addresses
     * @param to where {@link #MAX_SIZE} bytes can be written
     * @return the length for the kernel, in bytes
     * @throws IllegalArgumentException for a Unix path that is too long or has a zero inside
     */
    public static int encode(RawAddress from, int socketFamily, long to) {
        if (socketFamily == RawAddress.IPV6 && from.family == RawAddress.IPV4) {
            return encodeIpv6(from, to);
        }
        return switch (from.family) {
            case RawAddress.IPV4 -> encodeIpv4(from, to);
            case RawAddress.IPV6 -> encodeIpv6(from, to);
            case RawAddress.UNIX -> encodeUnix(from.path, to);
            case RawAddress.NONE -> encodeNone(to);
            default -> throw new IllegalArgumentException("Address family " + from.family);
        };
    }

    private static int encodeIpv4(RawAddress from, long to) {
        assert from.port >>> 16 == 0 : from.port;
        Memory.setShort(to + SockaddrIn.SIN_FAMILY, (short) SocketConstants.AF_INET);
        Memory.setShortBigEndian(to + SockaddrIn.SIN_PORT, (short) from.port);
        Memory.setIntBigEndian(to + SockaddrIn.SIN_ADDR, (int) from.low);
        Memory.setLong(to + SockaddrIn.SIN_ZERO, 0);
        return SockaddrIn.SIZE;
    }

    private static int encodeIpv6(RawAddress from, long to) {
        assert from.port >>> 16 == 0 : from.port;
        Memory.setShort(to + SockaddrIn6.SIN6_FAMILY, (short) SocketConstants.AF_INET6);
        Memory.setShortBigEndian(to + SockaddrIn6.SIN6_PORT, (short) from.port);
        Memory.setInt(to + SockaddrIn6.SIN6_FLOWINFO, 0);
        Memory.setLongBigEndian(to + SockaddrIn6.SIN6_ADDR, from.high);
        Memory.setLongBigEndian(to + SockaddrIn6.SIN6_ADDR + Long.BYTES, from.lowOfIpv6());
        Memory.setInt(to + SockaddrIn6.SIN6_SCOPE_ID, from.scopeId);
        return SockaddrIn6.SIZE;
    }

    private static int encodeUnix(byte[] path, long to) {
        boolean named = isNamed(path);
        int limit = mostBytes(path);
        if (path.length > limit) {
            throw new IllegalArgumentException(
                    "A Unix socket address has at most " + limit + " bytes "
                            + (named ? "of path" : "of abstract name with its leading zero")
                            + " on Linux, this one has " + path.length);
        }
        Memory.setShort(to + SockaddrUn.SUN_FAMILY, (short) SocketConstants.AF_UNIX);
        Memory.copyIn(path, 0, to + SockaddrUn.SUN_PATH, path.length);
        int length = SockaddrUn.SUN_PATH + path.length;
        if (!named) {
            return length;
        }
        if (hasZero(path)) {
            throw new IllegalArgumentException("The path of a Unix socket has a zero inside");
        }
        Memory.setByte(to + length, (byte) 0);
        return length + 1;
    }

    private static int encodeNone(long to) {
        Memory.setLong(to, SocketConstants.AF_UNSPEC);
        Memory.setLong(to + Long.BYTES, 0);
        return SockaddrIn.SIZE;
    }

    /**
     * Decodes an address that the kernel wrote.
     *
     * <p>No bytes, as recvfrom(2) returns for a stream or a sender without a name, or a family that Sluice
     * does not know, become {@link RawAddress#NONE}. The IPv6 form of an IPv4 address becomes the IPv4
     * address.
     *
     * @param length what the kernel returned; it may exceed {@link #MAX_SIZE} or the structure if a path
     *     was truncated
     * @throws IllegalArgumentException when {@code length} is too small for the family
     */
    public static void decode(long from, int length, RawAddress to) {
        to.clear();
        if (length < Short.BYTES) {
            return;
        }
        switch (Memory.getShort(from)) {
            case SocketConstants.AF_INET -> decodeIpv4(from, length, to);
            case SocketConstants.AF_INET6 -> decodeIpv6(from, length, to);
            case SocketConstants.AF_UNIX -> decodeUnix(from, length, to);
            default -> {
                // Left as NONE.
            }
        }
    }

    /** Returns true if these bytes have the whole address of an IPv4 or IPv6 socket. */
    static boolean hasIpAddress(long from, int length) {
        return length >= Short.BYTES
                && switch (Memory.getShort(from)) {
                    case SocketConstants.AF_INET -> length >= SockaddrIn.SIZE;
                    case SocketConstants.AF_INET6 -> length >= SockaddrIn6.SIZE;
                    default -> false;
                };
    }

    private static void decodeIpv4(long from, int length, RawAddress to) {
        requireLength(length, SockaddrIn.SIZE);
        to.family = RawAddress.IPV4;
        to.low = Integer.toUnsignedLong(Memory.getIntBigEndian(from + SockaddrIn.SIN_ADDR));
        to.port = Short.toUnsignedInt(Memory.getShortBigEndian(from + SockaddrIn.SIN_PORT));
    }

    private static void decodeIpv6(long from, int length, RawAddress to) {
        requireLength(length, SockaddrIn6.SIZE);
        to.family = RawAddress.IPV6;
        to.high = Memory.getLongBigEndian(from + SockaddrIn6.SIN6_ADDR);
        to.low = Memory.getLongBigEndian(from + SockaddrIn6.SIN6_ADDR + Long.BYTES);
        to.port = Short.toUnsignedInt(Memory.getShortBigEndian(from + SockaddrIn6.SIN6_PORT));
        to.scopeId = Memory.getInt(from + SockaddrIn6.SIN6_SCOPE_ID);
        to.unmap();
    }

    private static void decodeUnix(long from, int length, RawAddress to) {
        to.family = RawAddress.UNIX;
        int size = Math.min(length, SockaddrUn.SIZE) - SockaddrUn.SUN_PATH;
        if (size == 0) {
            return;
        }
        long start = from + SockaddrUn.SUN_PATH;
        if (Memory.getByte(start) != 0) {
            // A path ends at its zero, which the length may or may not include: unix(7), BUGS.
            int end = 0;
            while (end < size && Memory.getByte(start + end) != 0) {
                end++;
            }
            size = end;
        }
        byte[] path = new byte[size];
        Memory.copyOut(start, path, 0, size);
        to.path = path;
    }

    private static void requireLength(int length, int expected) {
        if (length < expected) {
            throw new IllegalArgumentException(
                    "A socket address of " + length + " bytes, expected " + expected);
        }
    }
}
