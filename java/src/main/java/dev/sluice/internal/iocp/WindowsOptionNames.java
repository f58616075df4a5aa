package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.OptionId;

/** The level and the name of each portable option for setsockopt. */
final class WindowsOptionNames {
    /** The name of an option that Windows lacks. */
    static final int NONE = Integer.MIN_VALUE;

    private WindowsOptionNames() {}

    /** Returns the level of an option; of what IP and IPv6 both have, that of IP. */
    static int level(OptionId option) {
        return switch (option) {
            case NODELAY, KEEPALIVE_IDLE_SECONDS, KEEPALIVE_INTERVAL_SECONDS, KEEPALIVE_COUNT,
                    USER_TIMEOUT_MILLIS, NOTSENT_LOWAT, QUICKACK, FASTOPEN, FASTOPEN_CONNECT, CORK,
                    DEFER_ACCEPT_SECONDS, CONGESTION ->
                WinsockConstants.IPPROTO_TCP;
            case V6ONLY -> WinsockConstants.IPPROTO_IPV6;
            case UDP_GRO -> WinsockConstants.IPPROTO_UDP;
            case PKTINFO, RECVERR, RECVTTL, RECVTOS, TTL, TRAFFIC_CLASS, DONTFRAGMENT,
                    MULTICAST_TTL, MULTICAST_LOOP,
                    MULTICAST_INTERFACE, MULTICAST_JOIN, MULTICAST_LEAVE, FREEBIND, TRANSPARENT ->
                WinsockConstants.IPPROTO_IP;
            case REUSEADDR, REUSEPORT, KEEPALIVE, LINGER_SECONDS, SNDBUF, RCVBUF, BROADCAST,
                    BIND_ADDRESS_NO_PORT, DONTROUTE, OOBINLINE, MARK, INCOMING_CPU,
                    BUSY_POLL_MICROS, BINDTODEVICE, PEERCRED ->
                WinsockConstants.SOL_SOCKET;
        };
    }

    /** Returns the name of an option within its level, or {@link #NONE} if Windows has none. */
    static int name(OptionId option) {
        return switch (option) {
            case NODELAY -> WinsockConstants.TCP_NODELAY;
            case KEEPALIVE -> WinsockConstants.SO_KEEPALIVE;
            case KEEPALIVE_IDLE_SECONDS -> WinsockConstants.TCP_KEEPIDLE;
            case KEEPALIVE_INTERVAL_SECONDS -> WinsockConstants.TCP_KEEPINTVL;
            case KEEPALIVE_COUNT -> WinsockConstants.TCP_KEEPCNT;
            case SNDBUF -> WinsockConstants.SO_SNDBUF;
            case RCVBUF -> WinsockConstants.SO_RCVBUF;
            case V6ONLY -> WinsockConstants.IPV6_V6ONLY;
            case BROADCAST -> WinsockConstants.SO_BROADCAST;
            case UDP_GRO -> WinsockConstants.UDP_RECV_MAX_COALESCED_SIZE;
            case TTL -> WinsockConstants.IP_TTL;
            case DONTFRAGMENT -> WinsockConstants.IP_DONTFRAGMENT;
            case PKTINFO -> WinsockConstants.IP_PKTINFO;
            case RECVTTL -> WinsockConstants.IP_RECVTTL;
            case RECVTOS -> WinsockConstants.IP_RECVTOS;
            case MULTICAST_TTL -> WinsockConstants.IP_MULTICAST_TTL;
            case MULTICAST_LOOP -> WinsockConstants.IP_MULTICAST_LOOP;
            case MULTICAST_INTERFACE -> WinsockConstants.IP_MULTICAST_IF;
            case MULTICAST_JOIN -> WinsockConstants.IP_ADD_MEMBERSHIP;
            case MULTICAST_LEAVE -> WinsockConstants.IP_DROP_MEMBERSHIP;
            case DONTROUTE -> WinsockConstants.SO_DONTROUTE;
            case OOBINLINE -> WinsockConstants.SO_OOBINLINE;
            case REUSEADDR, REUSEPORT, LINGER_SECONDS, USER_TIMEOUT_MILLIS, NOTSENT_LOWAT, QUICKACK,
                    FASTOPEN, FASTOPEN_CONNECT, BIND_ADDRESS_NO_PORT, RECVERR, TRAFFIC_CLASS, MARK,
                    FREEBIND,
                    TRANSPARENT, INCOMING_CPU, BUSY_POLL_MICROS, CORK, DEFER_ACCEPT_SECONDS,
                    CONGESTION, BINDTODEVICE, PEERCRED ->
                NONE;
        };
    }

    /** Returns the name at the level of IPv6 of an option that both protocols have, or {@link #NONE}. */
    static int ipv6Name(OptionId option) {
        return switch (option) {
            case TTL -> WinsockConstants.IPV6_UNICAST_HOPS;
            case DONTFRAGMENT -> WinsockConstants.IPV6_DONTFRAG;
            case PKTINFO -> WinsockConstants.IPV6_PKTINFO;
            case RECVTTL -> WinsockConstants.IPV6_HOPLIMIT;
            case RECVTOS -> WinsockConstants.IPV6_RECVTCLASS;
            case MULTICAST_TTL -> WinsockConstants.IPV6_MULTICAST_HOPS;
            case MULTICAST_LOOP -> WinsockConstants.IPV6_MULTICAST_LOOP;
            case MULTICAST_INTERFACE -> WinsockConstants.IPV6_MULTICAST_IF;
            default -> NONE;
        };
    }
}
