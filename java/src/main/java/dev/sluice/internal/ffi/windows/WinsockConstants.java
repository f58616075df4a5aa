package dev.sluice.internal.ffi.windows;

/**
 * Constants of sockets: {@code <winsock2.h>}, {@code <ws2ipdef.h>}, {@code <mswsock.h>}, {@code
 * <mstcpip.h>}.
 */
public final class WinsockConstants {
    // families, types, protocols, flags of WSASocketW
    public static final int AF_UNSPEC = 0;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 23;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_UDP = 17;
    public static final int IPPROTO_IPV6 = 41;
    public static final int WSA_FLAG_OVERLAPPED = 1;
    public static final int WSA_FLAG_NO_HANDLE_INHERIT = 128;
    public static final long INVALID_SOCKET = -1;
    public static final int SOCKET_ERROR = -1;

    // directions of shutdown
    public static final int SD_RECEIVE = 0;
    public static final int SD_SEND = 1;
    public static final int SD_BOTH = 2;

    // flags of a receive
    public static final int MSG_PEEK = 0x2;

    // options of SOL_SOCKET
    public static final int SOL_SOCKET = 65535;
    public static final int SO_ACCEPTCONN = 2;
    public static final int SO_REUSEADDR = 4;
    public static final int SO_EXCLUSIVEADDRUSE = -5;
    public static final int SO_KEEPALIVE = 8;
    public static final int SO_DONTROUTE = 16;
    public static final int SO_BROADCAST = 32;
    public static final int SO_LINGER = 128;
    public static final int SO_DONTLINGER = -129;
    public static final int SO_OOBINLINE = 256;
    public static final int SO_SNDBUF = 4097;
    public static final int SO_RCVBUF = 4098;
    public static final int SO_ERROR = 4103;
    public static final int SO_PROTOCOL_INFOW = 8197;
    public static final int SO_REUSE_UNICASTPORT = 0x3007;
    public static final int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;
    public static final int SO_UPDATE_CONNECT_CONTEXT = 0x7010;

    // options of IPPROTO_TCP; IPV6_V6ONLY
    public static final int TCP_NODELAY = 1;
    public static final int TCP_KEEPIDLE = 3;
    public static final int TCP_KEEPINTVL = 17;
    public static final int TCP_KEEPCNT = 16;
    public static final int TCP_MAXRT = 5;
    public static final int TCP_MAXRTMS = 14;
    public static final int IPV6_V6ONLY = 27;

    // options of IPPROTO_IP and IPPROTO_IPV6
    public static final int IP_TOS = 3;
    public static final int IP_TTL = 4;
    public static final int IP_PKTINFO = 19;
    public static final int IP_RECVTTL = 21;
    public static final int IP_HOPLIMIT = 21;
    public static final int IP_RECVTOS = 40;
    public static final int IPV6_PKTINFO = 19;
    public static final int IPV6_HOPLIMIT = 21;
    public static final int IPV6_TCLASS = 39;
    public static final int IPV6_RECVTCLASS = 40;
    public static final int IP_MULTICAST_IF = 9;
    public static final int IP_MULTICAST_TTL = 10;
    public static final int IP_MULTICAST_LOOP = 11;
    public static final int IP_ADD_MEMBERSHIP = 12;
    public static final int IP_DROP_MEMBERSHIP = 13;
    public static final int IP_DONTFRAGMENT = 14;
    public static final int IP_ADD_SOURCE_MEMBERSHIP = 15;
    public static final int IP_DROP_SOURCE_MEMBERSHIP = 16;
    public static final int MCAST_JOIN_SOURCE_GROUP = 45;
    public static final int MCAST_LEAVE_SOURCE_GROUP = 46;
    public static final int IPV6_UNICAST_HOPS = 4;
    public static final int IPV6_MULTICAST_IF = 9;
    public static final int IPV6_MULTICAST_HOPS = 10;
    public static final int IPV6_MULTICAST_LOOP = 11;
    public static final int IPV6_ADD_MEMBERSHIP = 12;
    public static final int IPV6_DROP_MEMBERSHIP = 13;
    public static final int IPV6_DONTFRAG = 14;

    // options and control messages of IPPROTO_UDP
    public static final int UDP_SEND_MSG_SIZE = 2;
    public static final int UDP_RECV_MAX_COALESCED_SIZE = 3;
    public static final int UDP_COALESCED_INFO = 3;

    // WSAPROTOCOL_INFOW.dwServiceFlags1
    public static final int XP1_IFS_HANDLES = 131072;

    // control codes
    public static final int FIONBIO = 0x8004667E;
    public static final int FIONREAD = 0x4004667F;
    public static final int SIO_TCP_INFO = 0xD8000027;
    public static final int SIO_UDP_CONNRESET = 0x9800000C;
    public static final int SIO_UDP_NETRESET = 0x9800000F;
    public static final int SIO_TCP_INITIAL_RTO = 0x98000011;
    public static final int SIO_BASE_HANDLE = 0x48000022;
    public static final int SIO_GET_EXTENSION_FUNCTION_POINTER = 0xC8000006;
    public static final int SIO_KEEPALIVE_VALS = 0x98000004;

    // values of SIO_TCP_INITIAL_RTO
    public static final int TCP_INITIAL_RTO_UNSPECIFIED_RTT = 0xFFFF;
    public static final int TCP_INITIAL_RTO_DEFAULT_RTT = 0;
    public static final int TCP_INITIAL_RTO_DEFAULT_MAX_SYN_RETRANSMISSIONS = 0;
    public static final int TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS = 0xFE;

    // flags of DisconnectEx
    public static final int TF_REUSE_SOCKET = 2;

    private WinsockConstants() {}
}
