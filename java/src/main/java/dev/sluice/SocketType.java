package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.RawAddress;

/** The transport and address family of a socket. */
public enum SocketType {
    /** TCP over IPv4. */
    TCP4(RawAddress.IPV4, true, false),
    /** TCP over IPv6, and with IPv4 peers too unless {@link SockOpt#V6ONLY} is set. */
    TCP6(RawAddress.IPV6, true, false),
    /** UDP over IPv4. */
    UDP4(RawAddress.IPV4, false, false),
    /** UDP over IPv6, and with IPv4 peers too unless {@link SockOpt#V6ONLY} is set. */
    UDP6(RawAddress.IPV6, false, false),
    /** A Unix stream socket, for processes of one machine. */
    UNIX_STREAM(RawAddress.UNIX, true, false),
    /** A Unix datagram socket, for processes of one machine. */
    UNIX_DATAGRAM(RawAddress.UNIX, false, false),
    /**
     * A Unix socket with a connection that carries records (SOCK_SEQPACKET): it listens, accepts, connects
     * and ends as a stream does, and each {@link Send} arrives as one {@link Receive}. A record that is
     * longer than the memory is {@linkplain Receive#isTruncated truncated}. The kernel cannot distinguish
     * an empty record from the end, so a send of 0 bytes is refused. UNSUPPORTED on Windows.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
     */
    UNIX_SEQPACKET(RawAddress.UNIX, true, true);

    private static final SocketType[] ALL = values();

    final int family;
    private final boolean connects;
    private final boolean records;

    SocketType(int family, boolean connects, boolean records) {
        this.family = family;
        this.connects = connects;
        this.records = records;
    }

    static SocketType of(Channel channel) {
        return channel.carriesRecords() ? UNIX_SEQPACKET : of(channel.family, channel.stream);
    }

    Channel open(Engine engine) throws NativeFailure {
        return records ? engine.openRecords() : engine.open(family, connects);
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
            if (type.family == family && type.connects == stream && !type.records) {
                return type;
            }
        }
        throw new IllegalArgumentException("no socket type for address family " + family);
    }

    /**
     * Returns true if the socket carries a stream of bytes, as TCP does.
     *
     * @return false for datagrams and records
     */
    public boolean isStream() {
        return connects && !records;
    }

    /** Returns true if it has connections, and so an end: streams and records. */
    boolean isConnectionOriented() {
        return connects;
    }

    boolean carriesRecords() {
        return records;
    }

    /** Refuses an empty record, which its receiver would take for the end. */
    void requireBytes(long count) {
        if (records && count == 0) {
            throw new IllegalArgumentException("cannot send a record of 0 bytes, which its receiver"
                    + " would take for the end: send 1 byte or more");
        }
    }

    boolean isUnix() {
        return family == RawAddress.UNIX;
    }

    String transportName() {
        return switch (this) {
            case TCP4, TCP6 -> "tcp";
            case UDP4, UDP6 -> "udp";
            case UNIX_STREAM, UNIX_DATAGRAM, UNIX_SEQPACKET -> "unix";
        };
    }
}
