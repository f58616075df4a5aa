package dev.sluice.internal.spi;

/** The socket options that the core knows by name; each value is an int, its unit in the name. */
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
    UDP_GRO
}
