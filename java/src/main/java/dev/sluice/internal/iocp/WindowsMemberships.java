package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.GroupSourceReq;
import dev.sluice.internal.ffi.windows.IpMreq;
import dev.sluice.internal.ffi.windows.IpMreqSource;
import dev.sluice.internal.ffi.windows.Ipv6Mreq;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.GroupMembership;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;

/**
 * Joins and leaves multicast groups.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options">
 *     IPPROTO_IP socket options</a>
 */
final class WindowsMemberships {
    private WindowsMemberships() {}

    /** Joins or leaves a group; returns the error code, or 0. */
    static int change(
            WindowsOptions options, long socket, boolean join, GroupMembership membership) {
        try (Arena arena = Arena.ofConfined()) {
            long request = arena.allocate(GroupSourceReq.SIZE, Long.BYTES).address();
            RawAddress source = membership.source();
            if (membership.group().family == RawAddress.IPV4) {
                return source == null
                        ? ofIpv4(options, socket, join, membership, request)
                        : ofIpv4Source(options, socket, join, membership, source, request);
            }
            return source == null
                    ? ofIpv6(options, socket, join, membership, request)
                    : ofIpv6Source(options, socket, join, membership, source, request);
        }
    }

    private static int ofIpv4(
            WindowsOptions options, long socket, boolean join, GroupMembership membership,
            long request) {
        Memory.setIntBigEndian(request + IpMreq.IMR_MULTIADDR, (int) membership.group().low);
        // An address of 0.0.0.0/8 is the index of an interface.
        Memory.setIntBigEndian(request + IpMreq.IMR_INTERFACE, membership.interfaceIndex());
        int name = join
                ? WinsockConstants.IP_ADD_MEMBERSHIP
                : WinsockConstants.IP_DROP_MEMBERSHIP;
        return options.set(socket, WinsockConstants.IPPROTO_IP, name, request, IpMreq.SIZE);
    }

    private static int ofIpv4Source(
            WindowsOptions options, long socket, boolean join, GroupMembership membership,
            RawAddress source, long request) {
        Memory.setIntBigEndian(
                request + IpMreqSource.IMR_MULTIADDR, (int) membership.group().low);
        Memory.setIntBigEndian(request + IpMreqSource.IMR_SOURCEADDR, (int) source.low);
        Memory.setIntBigEndian(
                request + IpMreqSource.IMR_INTERFACE, membership.interfaceIndex());
        int name = join
                ? WinsockConstants.IP_ADD_SOURCE_MEMBERSHIP
                : WinsockConstants.IP_DROP_SOURCE_MEMBERSHIP;
        return options.set(
                socket, WinsockConstants.IPPROTO_IP, name, request, IpMreqSource.SIZE);
    }

    private static int ofIpv6(
            WindowsOptions options, long socket, boolean join, GroupMembership membership,
            long request) {
        RawAddress group = membership.group();
        Memory.setLongBigEndian(request + Ipv6Mreq.IPV6MR_MULTIADDR, group.high);
        Memory.setLongBigEndian(request + Ipv6Mreq.IPV6MR_MULTIADDR + Long.BYTES, group.low);
        Memory.setInt(request + Ipv6Mreq.IPV6MR_INTERFACE, membership.interfaceIndex());
        int name = join
                ? WinsockConstants.IPV6_ADD_MEMBERSHIP
                : WinsockConstants.IPV6_DROP_MEMBERSHIP;
        return options.set(socket, WinsockConstants.IPPROTO_IPV6, name, request, Ipv6Mreq.SIZE);
    }

    private static int ofIpv6Source(
            WindowsOptions options, long socket, boolean join, GroupMembership membership,
            RawAddress source, long request) {
        RawAddress group = membership.group();
        Memory.setInt(request + GroupSourceReq.GSR_INTERFACE, membership.interfaceIndex());
        WindowsSockaddr.encode(group, group.family, request + GroupSourceReq.GSR_GROUP);
        WindowsSockaddr.encode(source, source.family, request + GroupSourceReq.GSR_SOURCE);
        int name = join
                ? WinsockConstants.MCAST_JOIN_SOURCE_GROUP
                : WinsockConstants.MCAST_LEAVE_SOURCE_GROUP;
        return options.set(
                socket, WinsockConstants.IPPROTO_IPV6, name, request, GroupSourceReq.SIZE);
    }
}
