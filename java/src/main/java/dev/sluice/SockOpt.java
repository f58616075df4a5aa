package dev.sluice;

import dev.sluice.internal.spi.OptionId;
import java.util.function.Function;

/**
 * An option of a socket, for {@link NativeSocket#set} and {@link NativeSocket#get}. Both fail with {@link
 * Status#UNSUPPORTED} and the option's name if the operating system lacks it.
 *
 * @param <T> the type of its value
 */
public final class SockOpt<T> {
    /** MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL of Linux. */
    private static final int MOST_KEEPALIVE_SECONDS = 32_767;

    /** MAX_TCP_KEEPCNT of Linux. */
    private static final int MOST_KEEPALIVE_PROBES = 127;

    /**
     * Lets a socket bind to an address whose old connections are in TIME_WAIT. UNSUPPORTED on Windows,
     * which allows that anyway.
     */
    public static final SockOpt<Boolean> REUSEADDR = flag(OptionId.REUSEADDR);

    /** Lets several sockets listen at one address; the kernel distributes connections among them. */
    public static final SockOpt<Boolean> REUSEPORT = flag(OptionId.REUSEPORT);

    /** Sends small segments at once: no Nagle's algorithm. */
    public static final SockOpt<Boolean> NODELAY = flag(OptionId.NODELAY);

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
    public static final SockOpt<Linger> LINGER =
            new SockOpt<>(OptionId.LINGER_SECONDS, Linger::new, Linger::seconds);

    /** Bytes of the send buffer. Linux reserves and reports twice the value, for its bookkeeping. */
    public static final SockOpt<Integer> SNDBUF = number(OptionId.SNDBUF, 1);

    /** Bytes of the receive buffer. Linux reserves and reports twice the value. */
    public static final SockOpt<Integer> RCVBUF = number(OptionId.RCVBUF, 1);

    /** Milliseconds that sent bytes may stay unacknowledged before TIMED_OUT; 0 for the default. */
    public static final SockOpt<Integer> USER_TIMEOUT =
            number(OptionId.USER_TIMEOUT_MILLIS, 0);

    /** Unsent bytes from which on the socket is not reported writable. */
    public static final SockOpt<Integer> NOTSENT_LOWAT = number(OptionId.NOTSENT_LOWAT, 0);

    /** Acknowledges at once; the kernel may turn this off by itself. */
    public static final SockOpt<Boolean> QUICKACK = flag(OptionId.QUICKACK);

    /** Length of a listener's queue of TCP Fast Open requests. */
    public static final SockOpt<Integer> FASTOPEN = number(OptionId.FASTOPEN, 0);

    /** Delays a client's connect to its first send, whose data goes in the SYN (TCP Fast Open). */
    public static final SockOpt<Boolean> FASTOPEN_CONNECT = flag(OptionId.FASTOPEN_CONNECT);

    /**
     * Keeps IPv4 traffic from an IPv6 socket. Off by default, on every operating system.
     */
    public static final SockOpt<Boolean> V6ONLY = flag(OptionId.V6ONLY);

    /**
     * Lets a bind to port 0 choose the address alone; the connect chooses the port, which is 0 until
     * then. So connections to different peers share local ports. Linux only, for streams.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7),
     *     IP_BIND_ADDRESS_NO_PORT</a>
     */
    public static final SockOpt<Boolean> BIND_ADDRESS_NO_PORT =
            flag(OptionId.BIND_ADDRESS_NO_PORT);

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

    final OptionId id;
    private final Function<Integer, T> fromInt;
    private final Function<T, Integer> toInt;

    private SockOpt(OptionId id, Function<Integer, T> fromInt, Function<T, Integer> toInt) {
        this.id = id;
        this.fromInt = fromInt;
        this.toInt = toInt;
    }

    private static SockOpt<Boolean> flag(OptionId id) {
        return new SockOpt<>(id, value -> value != 0, value -> value ? 1 : 0);
    }

    private static SockOpt<Integer> number(OptionId id, int least) {
        return number(id, least, Integer.MAX_VALUE);
    }

    private static SockOpt<Integer> number(OptionId id, int least, int most) {
        String bounds = most == Integer.MAX_VALUE ? " or more" : " to " + most;
        return new SockOpt<>(
                id,
                value -> value,
                value -> {
                    if (value < least || value > most) {
                        throw new IllegalArgumentException(
                                id + " of " + value + ": use " + least + bounds);
                    }
                    return value;
                });
    }

    T decode(int value) {
        return fromInt.apply(value);
    }

    int encode(T value) {
        return toInt.apply(value);
    }

    /** Returns the option's name as the man pages spell it, without SO_ or TCP_. */
    @Override
    public String toString() {
        return id.name();
    }
}
