package dev.sluice.net;

import dev.sluice.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Connects. Immutable; each setting returns a changed copy, and any thread may dial.
 *
 * <pre>{@code
 * try (Connection connection = Dialer.DEFAULT.timeout(Duration.ofSeconds(5)).dial("example.org:80")) {
 *     connection.write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
 *     ...
 * }
 * }</pre>
 *
 * <p>A name with several addresses is dialled as RFC 8305 says (Happy Eyeballs): IPv6 and IPv4 in
 * turn, the next one when the one before has failed or a quarter of a second has passed; the first
 * that connects wins and every other is cancelled and closed. An interrupt of the dialling thread,
 * as a structured scope sends it, ends the dial with {@link CancelledException}.
 *
 * @param group the ports to use, or empty for the shared ones
 * @param timeout the longest that a dial may take with all its addresses, or empty
 * @param deadlineNanos when a dial ends at the latest, by {@link System#nanoTime}, or empty
 * @param local where to dial from, or empty
 * @param keepAlive silence after which the system probes the peer, or empty for never
 * @param attemptDelay time from one attempt to the next while none has failed
 * @param control sets options of each socket between its making and its connect
 * @param resolver finds the addresses of names
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8305">RFC 8305</a>
 */
public record Dialer(
        Optional<PortGroup> group,
        Optional<Duration> timeout,
        Optional<Long> deadlineNanos,
        Optional<Address> local,
        Optional<Duration> keepAlive,
        Duration attemptDelay,
        ListenerOptions.SocketControl control,
        Resolver resolver) {
    /** The shared ports, no deadline but the system's, keep-alive after 15 seconds, TCP_NODELAY. */
    public static final Dialer DEFAULT =
            new Dialer(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Duration.ofSeconds(15)),
                    Duration.ofMillis(250),
                    socket -> {},
                    Resolver.SYSTEM);

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException names the setting and its bounds
     */
    public Dialer {
        timeout.ifPresent(time -> {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(
                        "dial within " + time + ": use more than zero");
            }
        });
        if (attemptDelay.isNegative()) {
            throw new IllegalArgumentException("the next attempt " + attemptDelay
                    + " after one: use zero for all at once, or more");
        }
    }

    /**
     * Connects to an address or name.
     *
     * @param address {@code host:port}, {@code [::1]:port} or {@code unix:/path}
     * @return to be closed by the caller
     * @throws ResolveException if the name has no address
     * @throws ConnectFailedException refused, unreachable and the like: the first cause, with the
     *     others suppressed
     * @throws DeadlineException if the time was over
     * @throws CancelledException if the thread was interrupted
     * @throws NetException if no socket could be made
     * @throws IllegalArgumentException if the text is no address, or has no port
     */
    public Connection dial(String address) throws NetException {
        HostPort endpoint = HostPort.toDial(address);
        HappyEyeballs race = new HappyEyeballs(this, "connect " + endpoint.text());
        return race.run(AddressOrder.order(race.resolve(endpoint)), attemptDelay);
    }

    /**
     * Connects to one address.
     *
     * @param address where
     * @return to be closed by the caller
     * @throws NetException as {@link #dial(String)}
     */
    public Connection dial(Address address) throws NetException {
        return new HappyEyeballs(this, "connect " + address).run(List.of(address), attemptDelay);
    }

    /**
     * Connects to all of these at once: the first that connects wins, every other is cancelled and
     * closed.
     *
     * @param addresses 1 or more
     * @return to be closed by the caller
     * @throws NetException as {@link #dial(String)}
     */
    public Connection dialFirst(List<Address> addresses) throws NetException {
        return new HappyEyeballs(this, "connect to the first of " + addresses)
                .run(List.copyOf(addresses), Duration.ZERO);
    }

    /**
     * Connects to all addresses of all these names at once: the first that connects wins, every other
     * is cancelled and closed. The addresses of a name are dialled as soon as they are known, so that
     * a slow look-up holds up nobody else; a name that has none counts only if all the others fail.
     *
     * @param addresses 1 or more, each as of {@link #dial(String)}
     * @return to be closed by the caller
     * @throws ResolveException if no name has an address
     * @throws ConnectFailedException if none connects; the message names a first cause and every name
     *     without an address, the other causes are suppressed
     * @throws NetException as {@link #dial(String)}
     * @throws IllegalArgumentException if a text is no address or has no port, or there is none
     */
    public Connection dialFirst(String... addresses) throws NetException {
        List<HostPort> endpoints = Stream.of(addresses).map(HostPort::toDial).toList();
        List<String> texts = endpoints.stream().map(HostPort::text).toList();
        return new HappyEyeballs(this, "connect to the first of " + texts).runAll(endpoints);
    }

    /**
     * Chooses the ports.
     *
     * @param group open for as long as the connections are
     * @return a changed dialer
     */
    public Dialer group(PortGroup group) {
        return new Dialer(Optional.of(group), timeout, deadlineNanos, local, keepAlive,
                attemptDelay, control, resolver);
    }

    /**
     * Bounds each dial, with all its addresses and the look-up of its name.
     *
     * @param timeout more than zero
     * @return a changed dialer
     * @throws IllegalArgumentException if it is zero or less
     */
    public Dialer timeout(Duration timeout) {
        return new Dialer(group, Optional.of(timeout), deadlineNanos, local, keepAlive,
                attemptDelay, control, resolver);
    }

    /**
     * Ends dials at a time, however many there are. The earlier of this and the timeout counts.
     *
     * @param nanoTime by {@link System#nanoTime}
     * @return a changed dialer
     */
    public Dialer deadline(long nanoTime) {
        return new Dialer(group, timeout, Optional.of(nanoTime), local, keepAlive,
                attemptDelay, control, resolver);
    }

    /**
     * Chooses the address on this side.
     *
     * @param local port 0 lets the system choose one, which on Linux connections to different peers
     *     may share; addresses of another family are not tried
     * @return a changed dialer
     */
    public Dialer local(Address local) {
        return new Dialer(group, timeout, deadlineNanos, Optional.of(local), keepAlive,
                attemptDelay, control, resolver);
    }

    /**
     * Chooses after how much silence the system probes the peer.
     *
     * @param idle whole seconds, where the system lets it be set; less than 1 counts as 1, more than
     *     32,767 (9 hours, the limit of Linux) as 32,767; zero for never
     * @return a changed dialer
     * @throws IllegalArgumentException if it is less than zero
     */
    public Dialer keepAlive(Duration idle) {
        if (idle.isNegative()) {
            throw new IllegalArgumentException(
                    "keep-alive after " + idle + ": use a second or more, or zero for never");
        }
        return new Dialer(group, timeout, deadlineNanos, local,
                idle.isZero() ? Optional.empty() : Optional.of(idle), attemptDelay, control,
                resolver);
    }

    /**
     * Changes the time from one attempt to the next.
     *
     * @param delay RFC 8305 asks for 100 milliseconds to 2 seconds; zero for all at once
     * @return a changed dialer
     * @throws IllegalArgumentException if it is less than zero
     */
    public Dialer attemptDelay(Duration delay) {
        return new Dialer(group, timeout, deadlineNanos, local, keepAlive, delay, control,
                resolver);
    }

    /**
     * Sets options of each socket between its making and its connect.
     *
     * @param control called for each attempt
     * @return a changed dialer
     */
    public Dialer control(ListenerOptions.SocketControl control) {
        return new Dialer(group, timeout, deadlineNanos, local, keepAlive, attemptDelay, control,
                resolver);
    }

    /**
     * Chooses what finds the addresses of names.
     *
     * @param resolver called on platform threads, for several dials at the same time
     * @return a changed dialer
     */
    public Dialer resolver(Resolver resolver) {
        return new Dialer(group, timeout, deadlineNanos, local, keepAlive, attemptDelay, control,
                resolver);
    }
}
