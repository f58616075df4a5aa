package dev.sluice;

import dev.sluice.internal.spi.RawAddress;

/** The transport and address family of a socket. */
public enum SocketType {
    /** TCP over IPv4. */
    TCP4(RawAddress.IPV4, true),
    /** TCP over IPv6, and with IPv4 peers too unless {@link SockOpt#V6ONLY} is set. */
    TCP6(RawAddress.IPV6, true),
    /** UDP over IPv4. */
    UDP4(RawAddress.IPV4, false),
    /** UDP over IPv6, and with IPv4 peers too unless {@link SockOpt#V6ONLY} is set. */
    UDP6(RawAddress.IPV6, false),
    /** A Unix stream socket, for processes of one machine. */
    UNIX_STREAM(RawAddress.UNIX, true),
    /** A Unix datagram socket, for processes of one machine. */
    UNIX_DATAGRAM(RawAddress.UNIX, false);

    private static final SocketType[] ALL = values();

    final int family;
    final boolean stream;

    SocketType(int family, boolean stream) {
        this.family = family;
        this.stream = stream;
    }

    /**
     * Returns the stream type for an address: TCP4, TCP6 or UNIX_STREAM.
     *
     * @param address where the socket listens or connects
     * @return the type that can reach it
     */
    public static SocketType streamFor(Address address) {
        return of(address.raw().family, true);
    }

    /**
     * Returns the datagram type for an address: UDP4, UDP6 or UNIX_DATAGRAM.
     *
     * @param address where the socket binds or sends
     * @return the type that can reach it
     */
    public static SocketType datagramFor(Address address) {
        return of(address.raw().family, false);
    }

    static SocketType of(int family, boolean stream) {
        for (SocketType type : ALL) {
            if (type.family == family && type.stream == stream) {
                return type;
            }
        }
        throw new IllegalArgumentException("no socket type for address family " + family);
    }

    /**
     * Returns true if the socket carries a stream of bytes, as TCP does.
     *
     * @return false for datagrams
     */
    public boolean isStream() {
        return stream;
    }

    boolean isUnix() {
        return family == RawAddress.UNIX;
    }

    String transportName() {
        return switch (this) {
            case TCP4, TCP6 -> "tcp";
            case UDP4, UDP6 -> "udp";
            case UNIX_STREAM, UNIX_DATAGRAM -> "unix";
        };
    }
}
