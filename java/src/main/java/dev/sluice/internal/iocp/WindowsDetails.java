package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.In6Pktinfo;
import dev.sluice.internal.ffi.windows.InPktinfo;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Wsacmsghdr;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.RawAddress;

/**
 * The control messages of a datagram: the size of segments, destination and interface, time to live, and
 * traffic class.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options">
 *     IPPROTO_IP socket options</a>
 */
final class WindowsDetails {
    /** WSA_CMSG_SPACE of all that can come. */
    static final int SPACE = space(In6Pktinfo.SIZE) + space(InPktinfo.SIZE)
            + 5 * space(Integer.BYTES);

    private static final int OCTET = 0xFF;

    /** No message begins here. */
    private static final long NONE = -1;

    private WindowsDetails() {}

    static int space(int bytes) {
        return Wsacmsghdr.SIZE + ((bytes + Long.BYTES - 1) & -Long.BYTES);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    static int segmentBytes(long control, int length) {
        long end = control + length;
        long bytes = valueBytes(control, end);
        for (long at = control; bytes != NONE; bytes = valueBytes(at, end)) {
            int level = Memory.getInt(at + Wsacmsghdr.CMSG_LEVEL);
            int type = Memory.getInt(at + Wsacmsghdr.CMSG_TYPE);
            if (level == WinsockConstants.IPPROTO_UDP && bytes >= Integer.BYTES
                    && type == WinsockConstants.UDP_COALESCED_INFO) {
                return Memory.getInt(at + Wsacmsghdr.SIZE);
            }
            at = behind(at, bytes);
        }
        return 0;
    }

    /** Decodes what Windows wrote. */
    static void decode(long control, int length, DatagramDetails to) {
        to.clear();
        long end = control + length;
        long bytes = valueBytes(control, end);
        for (long at = control; bytes != NONE; bytes = valueBytes(at, end)) {
            int level = Memory.getInt(at + Wsacmsghdr.CMSG_LEVEL);
            int type = Memory.getInt(at + Wsacmsghdr.CMSG_TYPE);
            if (level == WinsockConstants.IPPROTO_IP) {
                decodeIpv4(type, at + Wsacmsghdr.SIZE, bytes, to);
            } else if (level == WinsockConstants.IPPROTO_IPV6) {
                decodeIpv6(type, at + Wsacmsghdr.SIZE, bytes, to);
            }
            at = behind(at, bytes);
        }
    }

    /** Returns the bytes of the value of the message at {@code at}, or NONE behind the last one that is whole. */
    private static long valueBytes(long at, long end) {
        if (end - at < Wsacmsghdr.SIZE) {
            return NONE;
        }
        // Of memory that Windows left as zeros the length is 0.
        long length = Memory.getLong(at + Wsacmsghdr.CMSG_LEN);
        return length < Wsacmsghdr.SIZE || length > end - at ? NONE : length - Wsacmsghdr.SIZE;
    }

    private static long behind(long at, long valueBytes) {
        return at + Wsacmsghdr.SIZE + ((valueBytes + Long.BYTES - 1) & -Long.BYTES);
    }

    /** Leaves out a PKTINFO that was truncated. Of the numbers one octet counts, and it comes first. */
    private static void decodeIpv4(int type, long value, long bytes, DatagramDetails to) {
        if (bytes < (type == WinsockConstants.IP_PKTINFO ? InPktinfo.SIZE : Byte.BYTES)) {
            return;
        }
        switch (type) {
            case WinsockConstants.IP_PKTINFO ->
                to.ipv4(Memory.getIntBigEndian(value + InPktinfo.IPI_ADDR),
                        Memory.getInt(value + InPktinfo.IPI_IFINDEX));
            case WinsockConstants.IP_TTL, WinsockConstants.IP_HOPLIMIT ->
                to.hops = Memory.getByte(value) & OCTET;
            case WinsockConstants.IP_TOS, WinsockConstants.IP_RECVTOS ->
                to.trafficClass = Memory.getByte(value) & OCTET;
            default -> {
                // Asked for by an option that this library does not know.
            }
        }
    }

    private static void decodeIpv6(int type, long value, long bytes, DatagramDetails to) {
        if (bytes < (type == WinsockConstants.IPV6_PKTINFO ? In6Pktinfo.SIZE : Byte.BYTES)) {
            return;
        }
        switch (type) {
            case WinsockConstants.IPV6_PKTINFO ->
                to.ipv6(Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR),
                        Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR + Long.BYTES),
                        Memory.getInt(value + In6Pktinfo.IPI6_IFINDEX));
            case WinsockConstants.IPV6_HOPLIMIT -> to.hops = Memory.getByte(value) & OCTET;
            case WinsockConstants.IPV6_TCLASS, WinsockConstants.IPV6_RECVTCLASS ->
                to.trafficClass = Memory.getByte(value) & OCTET;
            default -> {
                // Asked for by an option that this library does not know.
            }
        }
    }

    /** Writes the control message that names the source of a datagram; returns its space. */
    static int source(long control, RawAddress source) {
        long value = control + Wsacmsghdr.SIZE;
        if (source.family == RawAddress.IPV4) {
            header(control, WinsockConstants.IPPROTO_IP, WinsockConstants.IP_PKTINFO,
                    InPktinfo.SIZE);
            Memory.setIntBigEndian(value + InPktinfo.IPI_ADDR, (int) source.low);
            Memory.setInt(value + InPktinfo.IPI_IFINDEX, 0);
            return space(InPktinfo.SIZE);
        }
        header(control, WinsockConstants.IPPROTO_IPV6, WinsockConstants.IPV6_PKTINFO,
                In6Pktinfo.SIZE);
        Memory.setLongBigEndian(value + In6Pktinfo.IPI6_ADDR, source.high);
        Memory.setLongBigEndian(value + In6Pktinfo.IPI6_ADDR + Long.BYTES, source.low);
        Memory.setInt(value + In6Pktinfo.IPI6_IFINDEX, source.scopeId);
        return space(In6Pktinfo.SIZE);
    }

    /** Writes the control message with the size of segments; returns its space. */
    static int segments(long control, int segmentBytes) {
        header(control, WinsockConstants.IPPROTO_UDP, WinsockConstants.UDP_SEND_MSG_SIZE,
                Integer.BYTES);
        Memory.setInt(control + Wsacmsghdr.SIZE, segmentBytes);
        return space(Integer.BYTES);
    }

    private static void header(long control, int level, int type, int bytes) {
        Memory.setLong(control + Wsacmsghdr.CMSG_LEN, Wsacmsghdr.SIZE + bytes);
        Memory.setInt(control + Wsacmsghdr.CMSG_LEVEL, level);
        Memory.setInt(control + Wsacmsghdr.CMSG_TYPE, type);
    }
}
