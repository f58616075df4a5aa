package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.In6Pktinfo;
import dev.sluice.internal.ffi.linux.InPktinfo;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.RawAddress;

/**
 * The control messages of a datagram about its IP header: destination and interface (IP_PKTINFO,
 * IPV6_PKTINFO), time to live, and traffic class. The size of segments comes before them, see {@link
 * SegmentControl}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/ipv6.7.html">ipv6(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
final class DetailControl {
    /** CMSG_SPACE of all that can come: segments, both PKTINFOs, and two numbers of each protocol. */
    static final int SPACE = SegmentControl.SPACE
            + space(InPktinfo.SIZE) + space(In6Pktinfo.SIZE) + 4 * space(Integer.BYTES);

    private static final int BYTE = 0xFF;

    private DetailControl() {}

    private static int space(int bytes) {
        return Cmsghdr.SIZE + ((bytes + Long.BYTES - 1) & -Long.BYTES);
    }

    /** Offers a header of a receive {@link #SPACE} bytes. */
    static void offer(long message, long control) {
        Memory.setLong(message + Msghdr.MSG_CONTROL, control);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, SPACE);
    }

    /** Decodes what the kernel wrote. */
    static void decode(long message, long control, DatagramDetails to) {
        to.clear();
        long end = control + Memory.getLong(message + Msghdr.MSG_CONTROLLEN);
        long at = control;
        while (at + Cmsghdr.SIZE <= end) {
            long length = Memory.getLong(at + Cmsghdr.CMSG_LEN);
            if (length < Cmsghdr.SIZE) {
                return;
            }
            decodeOne(at, at + Cmsghdr.SIZE, to);
            at += (length + Long.BYTES - 1) & -Long.BYTES;
        }
    }

    private static void decodeOne(long header, long value, DatagramDetails to) {
        int type = Memory.getInt(header + Cmsghdr.CMSG_TYPE);
        int level = Memory.getInt(header + Cmsghdr.CMSG_LEVEL);
        if (level == SocketConstants.IPPROTO_IP) {
            switch (type) {
                case SocketConstants.IP_PKTINFO ->
                    to.ipv4(Memory.getIntBigEndian(value + InPktinfo.IPI_ADDR),
                            Memory.getInt(value + InPktinfo.IPI_IFINDEX));
                case SocketConstants.IP_TTL -> to.hops = Memory.getInt(value);
                case SocketConstants.IP_TOS -> to.trafficClass = Memory.getByte(value) & BYTE;
                default -> {
                    // Asked for by an option that this library does not know.
                }
            }
        } else if (level == SocketConstants.IPPROTO_IPV6) {
            switch (type) {
                case SocketConstants.IPV6_PKTINFO ->
                    to.ipv6(Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR),
                            Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR + Long.BYTES),
                            Memory.getInt(value + In6Pktinfo.IPI6_IFINDEX));
                case SocketConstants.IPV6_HOPLIMIT -> to.hops = Memory.getInt(value);
                case SocketConstants.IPV6_TCLASS -> to.trafficClass = Memory.getInt(value);
                default -> {
                    // Asked for by an option that this library does not know.
                }
            }
        }
    }

    /**
     * Writes the control message that names the source of a datagram; returns its space. An IPv6 socket has
     * its own form of an IPv4 address.
     */
    static int source(long control, RawAddress source, int socketFamily) {
        long value = control + Cmsghdr.SIZE;
        if (socketFamily == RawAddress.IPV4) {
            header(control, SocketConstants.IPPROTO_IP, SocketConstants.IP_PKTINFO,
                    InPktinfo.SIZE);
            Memory.setInt(value + InPktinfo.IPI_IFINDEX, 0);
            Memory.setIntBigEndian(value + InPktinfo.IPI_SPEC_DST, (int) source.low);
            Memory.setInt(value + InPktinfo.IPI_ADDR, 0);
            return space(InPktinfo.SIZE);
        }
        header(control, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_PKTINFO,
                In6Pktinfo.SIZE);
        Memory.setLongBigEndian(value + In6Pktinfo.IPI6_ADDR, source.high);
        Memory.setLongBigEndian(
                value + In6Pktinfo.IPI6_ADDR + Long.BYTES, source.lowOfIpv6());
        Memory.setInt(value + In6Pktinfo.IPI6_IFINDEX, source.scopeId);
        return space(In6Pktinfo.SIZE);
    }

    private static void header(long control, int level, int type, int bytes) {
        Memory.setLong(control + Cmsghdr.CMSG_LEN, Cmsghdr.SIZE + bytes);
        Memory.setInt(control + Cmsghdr.CMSG_LEVEL, level);
        Memory.setInt(control + Cmsghdr.CMSG_TYPE, type);
    }
}
