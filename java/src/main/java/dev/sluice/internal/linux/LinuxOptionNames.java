package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.OptionId;

/** The level and the name of each portable option for setsockopt(2). */
final class LinuxOptionNames {
    private LinuxOptionNames() {}

    /** Returns the level of an option; of what IP and IPv6 both have, that of IP. */
    static int level(OptionId option) {
        return switch (option) {
            case REUSEADDR, REUSEPORT, KEEPALIVE, LINGER_SECONDS, SNDBUF, RCVBUF, BROADCAST,
                    DONTROUTE, OOBINLINE, MARK, INCOMING_CPU, BUSY_POLL_MICROS, BINDTODEVICE,
                    PEERCRED ->
                SocketConstants.SOL_SOCKET;
            case NODELAY, KEEPALIVE_IDLE_SECONDS, KEEPALIVE_INTERVAL_SECONDS, KEEPALIVE_COUNT,
                    USER_TIMEOUT_MILLIS, NOTSENT_LOWAT, QUICKACK, FASTOPEN, FASTOPEN_CONNECT,
                    CORK, DEFER_ACCEPT_SECONDS, CONGESTION ->
                SocketConstants.IPPROTO_TCP;
            case V6ONLY -> SocketConstants.IPPROTO_IPV6;
            case BIND_ADDRESS_NO_PORT, PKTINFO, RECVERR, RECVTTL, RECVTOS, TTL, TRAFFIC_CLASS,
                    DONTFRAGMENT, MULTICAST_TTL,
                    MULTICAST_LOOP, MULTICAST_INTERFACE, MULTICAST_JOIN, MULTICAST_LEAVE, FREEBIND,
                    TRANSPARENT ->
                SocketConstants.IPPROTO_IP;
            case UDP_GRO -> SocketConstants.IPPROTO_UDP;
        };
    }

    /** Returns the name of an option within its {@link #level}. */
    static int name(OptionId option) {
        return switch (option) {
            case REUSEADDR -> SocketConstants.SO_REUSEADDR;
            case REUSEPORT -> SocketConstants.SO_REUSEPORT;
            case NODELAY -> SocketConstants.TCP_NODELAY;
            case KEEPALIVE -> SocketConstants.SO_KEEPALIVE;
            case KEEPALIVE_IDLE_SECONDS -> SocketConstants.TCP_KEEPIDLE;
            case KEEPALIVE_INTERVAL_SECONDS -> SocketConstants.TCP_KEEPINTVL;
            case KEEPALIVE_COUNT -> SocketConstants.TCP_KEEPCNT;
            case LINGER_SECONDS -> SocketConstants.SO_LINGER;
            case SNDBUF -> SocketConstants.SO_SNDBUF;
            case RCVBUF -> SocketConstants.SO_RCVBUF;
            case USER_TIMEOUT_MILLIS -> SocketConstants.TCP_USER_TIMEOUT;
            case NOTSENT_LOWAT -> SocketConstants.TCP_NOTSENT_LOWAT;
            case QUICKACK -> SocketConstants.TCP_QUICKACK;
            case FASTOPEN -> SocketConstants.TCP_FASTOPEN;
            case FASTOPEN_CONNECT -> SocketConstants.TCP_FASTOPEN_CONNECT;
            case V6ONLY -> SocketConstants.IPV6_V6ONLY;
            case BIND_ADDRESS_NO_PORT -> SocketConstants.IP_BIND_ADDRESS_NO_PORT;
            case BROADCAST -> SocketConstants.SO_BROADCAST;
            case UDP_GRO -> SocketConstants.UDP_GRO;
            case TTL -> SocketConstants.IP_TTL;
            case TRAFFIC_CLASS -> SocketConstants.IP_TOS;
            case DONTFRAGMENT -> SocketConstants.IP_MTU_DISCOVER;
            case PKTINFO -> SocketConstants.IP_PKTINFO;
            case RECVERR -> SocketConstants.IP_RECVERR;
            case RECVTTL -> SocketConstants.IP_RECVTTL;
            case RECVTOS -> SocketConstants.IP_RECVTOS;
            case MULTICAST_TTL -> SocketConstants.IP_MULTICAST_TTL;
            case MULTICAST_LOOP -> SocketConstants.IP_MULTICAST_LOOP;
            case MULTICAST_INTERFACE -> SocketConstants.IP_MULTICAST_IF;
            case MULTICAST_JOIN -> SocketConstants.MCAST_JOIN_GROUP;
            case MULTICAST_LEAVE -> SocketConstants.MCAST_LEAVE_GROUP;
            case DONTROUTE -> SocketConstants.SO_DONTROUTE;
            case OOBINLINE -> SocketConstants.SO_OOBINLINE;
            case MARK -> SocketConstants.SO_MARK;
            case FREEBIND -> SocketConstants.IP_FREEBIND;
            case TRANSPARENT -> SocketConstants.IP_TRANSPARENT;
            case INCOMING_CPU -> SocketConstants.SO_INCOMING_CPU;
            case BUSY_POLL_MICROS -> SocketConstants.SO_BUSY_POLL;
            case CORK -> SocketConstants.TCP_CORK;
            case DEFER_ACCEPT_SECONDS -> SocketConstants.TCP_DEFER_ACCEPT;
            case CONGESTION -> SocketConstants.TCP_CONGESTION;
            case BINDTODEVICE -> SocketConstants.SO_BINDTODEVICE;
            case PEERCRED -> SocketConstants.SO_PEERCRED;
        };
    }

    /**
     * Returns the name at the level of IPv6 of an option that both protocols have, each with a value of its
     * own, or 0. FREEBIND and TRANSPARENT are one flag of the socket, by whichever level it is set.
     */
    static int ipv6Name(OptionId option) {
        return switch (option) {
            case TTL -> SocketConstants.IPV6_UNICAST_HOPS;
            case TRAFFIC_CLASS -> SocketConstants.IPV6_TCLASS;
            case DONTFRAGMENT -> SocketConstants.IPV6_MTU_DISCOVER;
            case PKTINFO -> SocketConstants.IPV6_RECVPKTINFO;
            case RECVERR -> SocketConstants.IPV6_RECVERR;
            case RECVTTL -> SocketConstants.IPV6_RECVHOPLIMIT;
            case RECVTOS -> SocketConstants.IPV6_RECVTCLASS;
            case MULTICAST_TTL -> SocketConstants.IPV6_MULTICAST_HOPS;
            case MULTICAST_LOOP -> SocketConstants.IPV6_MULTICAST_LOOP;
            case MULTICAST_INTERFACE -> SocketConstants.IPV6_MULTICAST_IF;
            default -> 0;
        };
    }
}
