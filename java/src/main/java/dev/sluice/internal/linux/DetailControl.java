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
            + ControlMessages.space(InPktinfo.SIZE) + ControlMessages.space(In6Pktinfo.SIZE)
            + 4 * ControlMessages.space(Integer.BYTES);

    private static final int BYTE = 0xFF;

    private DetailControl() {}

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
        long bytes = ControlMessages.valueBytes(at, end);
        while (bytes != ControlMessages.NONE) {
            int type = Memory.getInt(at + Cmsghdr.CMSG_TYPE);
            int level = Memory.getInt(at + Cmsghdr.CMSG_LEVEL);
            if (level == SocketConstants.IPPROTO_IP) {
                decodeIpv4(type, at + Cmsghdr.SIZE, bytes, to);
            } else if (level == SocketConstants.IPPROTO_IPV6) {
                decodeIpv6(type, at + Cmsghdr.SIZE, bytes, to);
            }
            at = ControlMessages.behind(at, bytes);
            bytes = ControlMessages.valueBytes(at, end);
        }
    }

    /** Leaves out a value that was truncated, and what options that this library does not know ask for. */
    private static void decodeIpv4(int type, long value, long bytes, DatagramDetails to) {
        if (type == SocketConstants.IP_PKTINFO && bytes >= InPktinfo.SIZE) {
            to.ipv4(Memory.getIntBigEndian(value + InPktinfo.IPI_ADDR),
                    Memory.getInt(value + InPktinfo.IPI_IFINDEX));
        } else if (type == SocketConstants.IP_TTL && bytes >= Integer.BYTES) {
            to.hops = Memory.getInt(value);
        } else if (type == SocketConstants.IP_TOS && bytes >= Byte.BYTES) {
            to.trafficClass = Memory.getByte(value) & BYTE;
        }
    }

    private static void decodeIpv6(int type, long value, long bytes, DatagramDetails to) {
        if (type == SocketConstants.IPV6_PKTINFO && bytes >= In6Pktinfo.SIZE) {
            to.ipv6(Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR),
                    Memory.getLongBigEndian(value + In6Pktinfo.IPI6_ADDR + Long.BYTES),
                    Memory.getInt(value + In6Pktinfo.IPI6_IFINDEX));
        } else if (type == SocketConstants.IPV6_HOPLIMIT && bytes >= Integer.BYTES) {
            to.hops = Memory.getInt(value);
        } else if (type == SocketConstants.IPV6_TCLASS && bytes >= Integer.BYTES) {
            to.trafficClass = Memory.getInt(value);
        }
    }

    /**
     * Writes the control message that names the source of a datagram; returns its space. An IPv6 socket has
     * its own form of an IPv4 address.
     */
    static int source(long control, RawAddress source, int socketFamily) {
        long value = control + Cmsghdr.SIZE;
        if (socketFamily == RawAddress.IPV4) {
            ControlMessages.header(control, SocketConstants.IPPROTO_IP, SocketConstants.IP_PKTINFO,
                    InPktinfo.SIZE);
            Memory.setInt(value + InPktinfo.IPI_IFINDEX, 0);
            Memory.setIntBigEndian(value + InPktinfo.IPI_SPEC_DST, (int) source.low);
            Memory.setInt(value + InPktinfo.IPI_ADDR, 0);
            return ControlMessages.space(InPktinfo.SIZE);
        }
        ControlMessages.header(control, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_PKTINFO,
                In6Pktinfo.SIZE);
        Memory.setLongBigEndian(value + In6Pktinfo.IPI6_ADDR, source.high);
        Memory.setLongBigEndian(
                value + In6Pktinfo.IPI6_ADDR + Long.BYTES, source.lowOfIpv6());
        Memory.setInt(value + In6Pktinfo.IPI6_IFINDEX, source.scopeId);
        return ControlMessages.space(In6Pktinfo.SIZE);
    }
}
