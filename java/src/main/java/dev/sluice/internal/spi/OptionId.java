package dev.sluice.internal.spi;

/**
 * The socket options that the core knows by name. The value is an int with its unit in the name, unless
 * the comment names another.
 */
public enum OptionId {
    REUSEADDR,
    REUSEPORT,
    NODELAY,
    KEEPALIVE,
    KEEPALIVE_IDLE_SECONDS,
    KEEPALIVE_INTERVAL_SECONDS,
    KEEPALIVE_COUNT,
    /** Minus one is off; zero makes close abortive; more lets close wait that long. */
    LINGER_SECONDS,
    SNDBUF,
    RCVBUF,
    USER_TIMEOUT_MILLIS,
    NOTSENT_LOWAT,
    QUICKACK,
    /** The length of a listener's queue of fast-open requests. */
    FASTOPEN,
    /** Lets a client's connect wait for its first send and carry the data in the SYN. */
    FASTOPEN_CONNECT,
    V6ONLY,
    /** Lets a bind to port 0 choose the address alone, and the connect the port. */
    BIND_ADDRESS_NO_PORT,
    BROADCAST,
    /** Receives several datagrams of one sender at once. */
    UDP_GRO,
    /** The time to live of IPv4 and the hop limit of IPv6. */
    TTL,
    /** DSCP in the upper six of eight bits, ECN in the lower two. */
    TRAFFIC_CLASS,
    /** Forbids routers, and the kernel itself, to fragment datagrams. */
    DONTFRAGMENT,
    MULTICAST_TTL,
    MULTICAST_LOOP,
    /** Reports destination and interface of received datagrams: {@link DatagramDetails}. */
    PKTINFO,
    /** Reports the time to live of received datagrams. */
    RECVTTL,
    /** Reports the traffic class of received datagrams. */
    RECVTOS,
    /** Queues the errors of datagrams that were sent: {@link QueuedError}. */
    RECVERR,
    /** The index of an interface, or 0 for the kernel's choice. */
    MULTICAST_INTERFACE,
    /** A {@link GroupMembership}; set only. */
    MULTICAST_JOIN,
    /** A {@link GroupMembership}; set only. */
    MULTICAST_LEAVE,
    DONTROUTE,
    OOBINLINE,
    MARK,
    FREEBIND,
    TRANSPARENT,
    INCOMING_CPU,
    BUSY_POLL_MICROS,
    CORK,
    DEFER_ACCEPT_SECONDS,
    /** The bytes of a name. */
    CONGESTION,
    /** The bytes of a name. */
    BINDTODEVICE,
    /** {@link PeerIds}; read only. */
    PEERCRED
}
