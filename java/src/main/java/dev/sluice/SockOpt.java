package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionCalls;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawOption;
import java.util.HexFormat;

/**
 * An option of a socket, for {@link NativeSocket#set} and {@link NativeSocket#get}. Both fail with {@link
 * Status#UNSUPPORTED} and the option's name if the operating system lacks it.
 *
 * <ul>
 *   <li><b>Any socket:</b> {@link #REUSEADDR}, {@link #REUSEPORT}, {@link #SNDBUF}, {@link #RCVBUF},
 *       {@link #BIND_ADDRESS_NO_PORT}, {@link #V6ONLY}.
 *   <li><b>TCP:</b> {@link #NODELAY}, {@link #CORK}, {@link #KEEPALIVE}, {@link #KEEPALIVE_IDLE},
 *       {@link #KEEPALIVE_INTERVAL}, {@link #KEEPALIVE_COUNT}, {@link #LINGER}, {@link #USER_TIMEOUT},
 *       {@link #NOTSENT_LOWAT}, {@link #QUICKACK}, {@link #CONGESTION}, {@link #DEFER_ACCEPT}, {@link
 *       #FASTOPEN}, {@link #FASTOPEN_CONNECT}, {@link #OOBINLINE}.
 *   <li><b>Packets:</b> {@link #TTL}, {@link #TRAFFIC_CLASS}, {@link #DONTFRAGMENT}, {@link #MARK}.
 *   <li><b>Datagrams:</b> {@link #BROADCAST}, {@link #UDP_GRO}, {@link #PKTINFO}, {@link #RECVTTL},
 *       {@link #RECVTOS}, {@link #RECVERR}.
 *   <li><b>Multicast:</b> {@link #MULTICAST_JOIN}, {@link #MULTICAST_LEAVE}, {@link
 *       #MULTICAST_INTERFACE}, {@link #MULTICAST_TTL}, {@link #MULTICAST_LOOP}.
 *   <li><b>Interfaces and addresses:</b> {@link #BINDTODEVICE}, {@link #DONTROUTE}, {@link #FREEBIND},
 *       {@link #TRANSPARENT}.
 *   <li><b>Processors:</b> {@link #INCOMING_CPU}, {@link #BUSY_POLL}.
 *   <li><b>Unix sockets:</b> {@link #PEERCRED}.
 *   <li><b>All others:</b> {@link #rawInt}, {@link #rawBytes}.
 * </ul>
 *
 * <p>An IPv6 socket may carry IPv4 as well. An option that both protocols have is set for both, and read
 * from IPv6.
 *
 * @param <T> the type of its value
 */
public final class SockOpt<T> {
    /** MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL of Linux. */
    private static final int MOST_KEEPALIVE_SECONDS = 32_767;

    /** MAX_TCP_KEEPCNT of Linux. */
    private static final int MOST_KEEPALIVE_PROBES = 127;

    private static final int MOST_HOPS = 255;

    /** IFNAMSIZ and TCP_CA_NAME_MAX of Linux, without the zero at the end. */
    private static final int MOST_BYTES_OF_A_NAME = 15;

    private static final int MOST_RAW_BYTES = 65_536;

    // ---- any socket ----------------------------------------------------------------------------

    /**
     * Lets a socket bind to an address whose old connections are in TIME_WAIT. UNSUPPORTED on Windows,
     * which allows that anyway.
     */
    public static final SockOpt<Boolean> REUSEADDR = flag(OptionId.REUSEADDR);

    /** Lets several sockets listen at one address; the kernel distributes connections among them. */
    public static final SockOpt<Boolean> REUSEPORT = flag(OptionId.REUSEPORT);

    /** Bytes of the send buffer. Linux reserves and reports twice the value, for its bookkeeping. */
    public static final SockOpt<Integer> SNDBUF = number(OptionId.SNDBUF, 1);

    /** Bytes of the receive buffer. Linux reserves and reports twice the value. */
    public static final SockOpt<Integer> RCVBUF = number(OptionId.RCVBUF, 1);

    /**
     * Lets a bind to port 0 choose the address alone; the connect chooses the port, which is 0 until
     * then. So connections to different peers share local ports. Linux only, for streams.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7),
     *     IP_BIND_ADDRESS_NO_PORT</a>
     */
    public static final SockOpt<Boolean> BIND_ADDRESS_NO_PORT =
            flag(OptionId.BIND_ADDRESS_NO_PORT);

    /**
     * Keeps IPv4 traffic from an IPv6 socket. Off by default, on every operating system.
     */
    public static final SockOpt<Boolean> V6ONLY = flag(OptionId.V6ONLY);

    // ---- TCP -----------------------------------------------------------------------------------

    /** Sends small segments at once: no Nagle's algorithm. */
    public static final SockOpt<Boolean> NODELAY = flag(OptionId.NODELAY);

    /**
     * Holds segments back that are not full, until it is turned off or 200 ms have passed. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_CORK</a>
     */
    public static final SockOpt<Boolean> CORK = flag(OptionId.CORK).on("TCP on Linux");

    /** Sends keep-alive probes to a silent peer. */
    public static final SockOpt<Boolean> KEEPALIVE = flag(OptionId.KEEPALIVE);

    /** Seconds of silence before the first keep-alive probe: 1 to 32,767, the limit of Linux. */
    public static final SockOpt<Integer> KEEPALIVE_IDLE =
            number(OptionId.KEEPALIVE_IDLE_SECONDS, 1, MOST_KEEPALIVE_SECONDS);

    /** Seconds between keep-alive probes: 1 to 32,767, the limit of Linux. */
    public static final SockOpt<Integer> KEEPALIVE_INTERVAL =
            number(OptionId.KEEPALIVE_INTERVAL_SECONDS, 1, MOST_KEEPALIVE_SECONDS);

    /**
     * Unanswered keep-alive probes after which the connection ends with TIMED_OUT: 1 to 127, the limit
     * of Linux.
     */
    public static final SockOpt<Integer> KEEPALIVE_COUNT =
            number(OptionId.KEEPALIVE_COUNT, 1, MOST_KEEPALIVE_PROBES);

    /** Sets what the kernel's close does with queued bytes. */
    public static final SockOpt<Linger> LINGER = of(OptionId.LINGER_SECONDS,
            OptionCodec.of(OptionId.LINGER_SECONDS, Linger::new, Linger::seconds));

    /** Milliseconds that sent bytes may stay unacknowledged before TIMED_OUT; 0 for the default. */
    public static final SockOpt<Integer> USER_TIMEOUT =
            number(OptionId.USER_TIMEOUT_MILLIS, 0);

    /** Unsent bytes from which on the socket is not reported writable. */
    public static final SockOpt<Integer> NOTSENT_LOWAT = number(OptionId.NOTSENT_LOWAT, 0);

    /** Acknowledges at once; the kernel may turn this off by itself. */
    public static final SockOpt<Boolean> QUICKACK = flag(OptionId.QUICKACK);

    /**
     * Name of the congestion control, such as cubic. A process without CAP_NET_ADMIN may choose among
     * those of net.ipv4.tcp_allowed_congestion_control. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_CONGESTION</a>
     */
    public static final SockOpt<String> CONGESTION = name(OptionId.CONGESTION).on("TCP on Linux")
            .privilege("CAP_NET_ADMIN, or a name of net.ipv4.tcp_allowed_congestion_control")
            .hint("use a name of net.ipv4.tcp_available_congestion_control");

    /**
     * Seconds for which a listener waits for the first bytes of a connection, before it is accepted
     * without any; 0 accepts at once. The kernel rounds the value up to the times at which it repeats its
     * SYN-ACK, and reports it so. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_DEFER_ACCEPT</a>
     */
    public static final SockOpt<Integer> DEFER_ACCEPT =
            number(OptionId.DEFER_ACCEPT_SECONDS, 0).on("TCP on Linux");

    /** Length of a listener's queue of TCP Fast Open requests. */
    public static final SockOpt<Integer> FASTOPEN = number(OptionId.FASTOPEN, 0);

    /** Delays a client's connect to its first send, whose data goes in the SYN (TCP Fast Open). */
    public static final SockOpt<Boolean> FASTOPEN_CONNECT = flag(OptionId.FASTOPEN_CONNECT);

    /**
     * Leaves urgent bytes of the peer in the stream. Without it the last of them is taken out of the
     * stream and lost, since no operation receives it apart.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7), SO_OOBINLINE</a>
     */
    public static final SockOpt<Boolean> OOBINLINE = flag(OptionId.OOBINLINE);

    // ---- packets -------------------------------------------------------------------------------

    /**
     * Time to live of IPv4, hop limit of IPv6: 1 to 255. For unicast; see {@link #MULTICAST_TTL}.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_TTL; ipv6(7),
     *     IPV6_UNICAST_HOPS</a>
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options">
     *     IP_TTL, IPV6_UNICAST_HOPS</a>
     */
    public static final SockOpt<Integer> TTL = number(OptionId.TTL, 1, MOST_HOPS);

    /**
     * DSCP and ECN of the packets that are sent: the type of service of IPv4, the traffic class of IPv6.
     * The kernel keeps the ECN of TCP to itself. UNSUPPORTED on Windows, whose policies for quality of
     * service set it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_TOS; ipv6(7),
     *     IPV6_TCLASS</a>
     */
    public static final SockOpt<TrafficClass> TRAFFIC_CLASS = of(OptionId.TRAFFIC_CLASS,
            OptionCodec.of(OptionId.TRAFFIC_CLASS, TrafficClass::ofOctet, TrafficClass::octet))
            .on("Linux; policies for quality of service set it on Windows");

    /**
     * Forbids fragments: a datagram that is longer than the MTU of its path fails with MESSAGE_TOO_BIG.
     * Linux knows IP_PMTUDISC_DO by it, and reads its default, IP_PMTUDISC_WANT, as false.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_MTU_DISCOVER</a>
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options">
     *     IP_DONTFRAGMENT</a>
     */
    public static final SockOpt<Boolean> DONTFRAGMENT = flag(OptionId.DONTFRAGMENT);

    /**
     * Mark of the packets that are sent, for routing and packet filters. Needs CAP_NET_ADMIN, or
     * CAP_NET_RAW since Linux 5.17. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7), SO_MARK</a>
     */
    public static final SockOpt<Integer> MARK = number(OptionId.MARK, Integer.MIN_VALUE)
            .on("Linux").privilege("CAP_NET_ADMIN, or CAP_NET_RAW since Linux 5.17");

    // ---- datagrams -----------------------------------------------------------------------------

    /** Allows datagrams to broadcast addresses. */
    public static final SockOpt<Boolean> BROADCAST = flag(OptionId.BROADCAST);

    /**
     * Receives several datagrams of one sender and one size in one call, if the kernel has them together:
     * {@link ReceiveFrom#segmentBytes} is their size. Such a receive brings up to 65,535 bytes, and
     * those that do not fit into its buffer are lost. Set it before the first receive. {@link
     * NativeSocket#tryReceiveFrom} reports the size by {@link DatagramSource#segmentBytes}; {@link
     * NativeSocket#tryReceive} does not. Needs Linux 5.0, or Windows 10 version 2004.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/udp.7.html">udp(7), UDP_GRO</a>
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-udp-socket-options">
     *     UDP_RECV_MAX_COALESCED_SIZE</a>
     */
    public static final SockOpt<Boolean> UDP_GRO = flag(OptionId.UDP_GRO);

    /**
     * Reports {@link ReceiveFrom#destination} and {@link ReceiveFrom#interfaceIndex} of each datagram that
     * arrives from then on: IP_PKTINFO, IPV6_RECVPKTINFO. {@link SendTo#source} answers from there.
     */
    public static final SockOpt<Boolean> PKTINFO = flag(OptionId.PKTINFO);

    /**
     * Fails the next operation of a datagram socket for an error that a machine reported of an earlier
     * datagram, also if the socket is not connected, and queues what {@link NativeSocket#tryReceiveError}
     * returns: IP_RECVERR, IPV6_RECVERR. Linux only.
     */
    public static final SockOpt<Boolean> RECVERR = flag(OptionId.RECVERR).on("UDP on Linux");

    /** Reports {@link ReceiveFrom#ttl} of each datagram: IP_RECVTTL, IPV6_RECVHOPLIMIT. */
    public static final SockOpt<Boolean> RECVTTL = flag(OptionId.RECVTTL);

    /** Reports {@link ReceiveFrom#trafficClass} of each datagram: IP_RECVTOS, IPV6_RECVTCLASS. */
    public static final SockOpt<Boolean> RECVTOS = flag(OptionId.RECVTOS);

    // ---- multicast -----------------------------------------------------------------------------

    /**
     * Joins a multicast group, or one sender of it. A datagram socket may join many groups. It leaves them
     * when it is closed. It receives what is sent to the port that it is bound to. Cannot be read.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc3678">RFC 3678, MCAST_JOIN_GROUP and
     *     MCAST_JOIN_SOURCE_GROUP</a>
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options">
     *     IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP</a>
     */
    public static final SockOpt<MulticastGroup> MULTICAST_JOIN =
            of(OptionId.MULTICAST_JOIN, OptionCodec.membership(OptionId.MULTICAST_JOIN))
                    .hint("join each group once, on an interface that exists");

    /** Leaves what {@link #MULTICAST_JOIN} joined, with the same value. Cannot be read. */
    public static final SockOpt<MulticastGroup> MULTICAST_LEAVE =
            of(OptionId.MULTICAST_LEAVE, OptionCodec.membership(OptionId.MULTICAST_LEAVE))
                    .hint("leave a group that was joined, with the same interface and source");

    /**
     * Index of the interface by which multicast datagrams leave, as {@link
     * java.net.NetworkInterface#getIndex} returns it; 0 for the kernel's choice. Linux cannot read it
     * from an IPv4 socket.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_MULTICAST_IF; ipv6(7),
     *     IPV6_MULTICAST_IF</a>
     */
    public static final SockOpt<Integer> MULTICAST_INTERFACE =
            number(OptionId.MULTICAST_INTERFACE, 0).hint("use the index of an interface");

    /** Time to live of multicast datagrams, 0 to 255; 1 by default: they stay in their network. */
    public static final SockOpt<Integer> MULTICAST_TTL =
            number(OptionId.MULTICAST_TTL, 0, MOST_HOPS);

    /**
     * Returns multicast datagrams to the members on this machine; on by default. On Linux the socket that
     * sends decides, on Windows the one that receives.
     */
    public static final SockOpt<Boolean> MULTICAST_LOOP = flag(OptionId.MULTICAST_LOOP);

    // ---- interfaces and addresses --------------------------------------------------------------

    /**
     * Name of the interface that alone carries packets of this socket, such as eth0; empty for all. To
     * change it needs CAP_NET_RAW, and so did to set it before Linux 5.7. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7),
     *     SO_BINDTODEVICE</a>
     */
    public static final SockOpt<String> BINDTODEVICE = name(OptionId.BINDTODEVICE).on("Linux")
            .privilege("CAP_NET_RAW").hint("use the name of an interface");

    /** Sends only to networks that an interface is directly on, and asks no router. */
    public static final SockOpt<Boolean> DONTROUTE = flag(OptionId.DONTROUTE);

    /**
     * Binds to an address that no interface has yet. Set it before the bind. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_FREEBIND</a>
     */
    public static final SockOpt<Boolean> FREEBIND = flag(OptionId.FREEBIND).on("Linux");

    /**
     * Binds to the addresses of others, and takes their packets where a route delivers them here: for
     * transparent proxies. Set it before the bind. Needs CAP_NET_ADMIN or CAP_NET_RAW. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_TRANSPARENT</a>
     */
    public static final SockOpt<Boolean> TRANSPARENT = flag(OptionId.TRANSPARENT).on("Linux")
            .privilege("CAP_NET_ADMIN or CAP_NET_RAW");

    // ---- processors ----------------------------------------------------------------------------

    /**
     * The processor whose packets this socket prefers, among sockets of {@link #REUSEPORT} at one
     * address; read, the one that handled the latest packet. Linux only; the sockets of one group since
     * 6.2.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7),
     *     SO_INCOMING_CPU</a>
     */
    public static final SockOpt<Integer> INCOMING_CPU =
            number(OptionId.INCOMING_CPU, 0).on("Linux");

    /**
     * Microseconds for which a receive asks the network device itself before it waits. Older kernels want
     * CAP_NET_ADMIN for more than net.core.busy_read. Linux only.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7), SO_BUSY_POLL</a>
     */
    public static final SockOpt<Integer> BUSY_POLL = number(OptionId.BUSY_POLL_MICROS, 0)
            .on("Linux").privilege("CAP_NET_ADMIN, or at most the value of net.core.busy_read");

    // ---- Unix sockets --------------------------------------------------------------------------

    /** The process at the other end of a Unix socket. Read only. Linux only. */
    public static final SockOpt<PeerCredentials> PEERCRED =
            of(OptionId.PEERCRED, OptionCodec.peerCredentials()).on("a Unix socket of Linux");

    private final String name;
    private final OptionCodec<T> codec;
    private final String support;
    private final String privilege;
    private final String hint;

    private SockOpt(
            String name, OptionCodec<T> codec, String support, String privilege, String hint) {
        this.name = name;
        this.codec = codec;
        this.support = support;
        this.privilege = privilege;
        this.hint = hint;
    }

    private static <T> SockOpt<T> of(OptionId id, OptionCodec<T> codec) {
        return new SockOpt<>(id.name(), codec, "", "", "");
    }

    private static SockOpt<Boolean> flag(OptionId id) {
        return of(id, OptionCodec.flag(id));
    }

    private static SockOpt<Integer> number(OptionId id, int least) {
        return number(id, least, Integer.MAX_VALUE);
    }

    private static SockOpt<Integer> number(OptionId id, int least, int most) {
        return of(id, OptionCodec.number(id, least, most));
    }

    private static SockOpt<String> name(OptionId id) {
        return of(id, OptionCodec.text(id, MOST_BYTES_OF_A_NAME));
    }

    /** Names what has the option, for messages. */
    private SockOpt<T> on(String what) {
        return new SockOpt<>(name, codec, what, privilege, hint);
    }

    private SockOpt<T> privilege(String what) {
        return new SockOpt<>(name, codec, support, what, hint);
    }

    private SockOpt<T> hint(String remedy) {
        return new SockOpt<>(name, codec, support, privilege, remedy);
    }

    /**
     * Makes an option of the operating system whose value is an int, for what has no name here. The
     * numbers are those of its headers, and differ between operating systems.
     *
     * <pre>{@code
     * SockOpt<Integer> maxSegment = SockOpt.rawInt("TCP_MAXSEG", 6, 2); // of Linux
     * socket.set(maxSegment, 536);
     * }</pre>
     *
     * <p>An option that changes how the socket's calls behave, such as what a receive reports, may break
     * the operations of this library: it does not know of it.
     *
     * @param name for messages
     * @param level as of setsockopt(2)
     * @param option as of setsockopt(2)
     * @return the option
     */
    public static SockOpt<Integer> rawInt(String name, int level, int option) {
        return raw(name, OptionCodec.rawInt(new RawOption(name, level, option)));
    }

    /**
     * Makes an option of the operating system whose value are bytes, such as those of a structure, in the
     * byte order of the machine. Otherwise as {@link #rawInt}.
     *
     * @param name for messages
     * @param level as of setsockopt(2)
     * @param option as of setsockopt(2)
     * @param maxBytes the most bytes of a value, 1 to 65,536; a value that is read may be shorter
     * @return the option
     * @throws IllegalArgumentException if {@code maxBytes} is out of bounds
     */
    public static SockOpt<byte[]> rawBytes(String name, int level, int option, int maxBytes) {
        if (maxBytes < 1 || maxBytes > MOST_RAW_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes of " + maxBytes + ": use 1 to " + MOST_RAW_BYTES);
        }
        RawOption raw = new RawOption(name, level, option);
        return raw(name, OptionCodec.rawBytes(raw, maxBytes));
    }

    private static <T> SockOpt<T> raw(String name, OptionCodec<T> codec) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an option without a name: use that of its header");
        }
        return new SockOpt<>(name, codec, "", "", "see the page of setsockopt for its values");
    }

    void set(OptionCalls calls, Channel channel, T value) throws NativeFailure {
        codec.setter().set(calls, channel, value);
    }

    T get(OptionCalls calls, Channel channel) throws NativeFailure {
        return codec.getter().get(calls, channel);
    }

    /** Describes a value in a message. */
    static String text(Object value) {
        return value instanceof byte[] bytes
                ? "0x" + HexFormat.of().formatHex(bytes)
                : value.toString();
    }

    /** Makes the exception of a failed call, with the remedy. */
    SystemCallException failure(SocketType type, String value, NativeFailure failure) {
        Status status = Status.of(failure.outcome());
        return new SystemCallException(
                type.transportName() + " " + name + value + ": " + failure.getMessage()
                        + remedy(status),
                status,
                failure.nativeCode());
    }

    private String remedy(Status status) {
        return switch (status) {
            case PERMISSION -> privilege.isEmpty() ? "" : ": needs " + privilege;
            case UNSUPPORTED ->
                ": " + (support.isEmpty()
                        ? "not an option of this kind of socket on this operating system"
                        : "needs " + support);
            default -> hint.isEmpty() ? "" : ": " + hint;
        };
    }

    /** Returns the option's name as the man pages spell it, without SO_, TCP_ or IP_. */
    @Override
    public String toString() {
        return name;
    }
}
