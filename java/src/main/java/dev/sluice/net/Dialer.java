package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.dialling.DialSettings;
import dev.sluice.internal.net.dialling.HappyEyeballs;
import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.tls.TlsStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Connects to addresses and names. Immutable: each option returns a changed copy, and any number of
 * threads may dial at the same time.
 *
 * <pre>{@code
 * try (Connection connection = Dialer.DEFAULT.timeout(Duration.ofSeconds(5)).dial("example.org:80")) {
 *     connection.write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
 *     ...
 * }
 * }</pre>
 *
 * <p>A name with several addresses is dialled by RFC 8305 (Happy Eyeballs): IPv6 and IPv4 in turn. The
 * next attempt starts when the one before has failed, or after a quarter of a second. The first one
 * that connects wins; every other is cancelled and closed. An interrupt of the dialling thread, as a
 * structured task scope sends it, fails the dial with {@link CancelledException}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8305">RFC 8305</a>
 */
public final class Dialer {
    /**
     * The shared ports, no deadline but the kernel's, keep-alive probes after 15 seconds, and the
     * operating system's resolver. Sockets have TCP_NODELAY.
     */
    public static final Dialer DEFAULT = new Dialer(new Draft());

    private final @Nullable PortGroup group;
    private final Duration attemptDelay;
    private final @Nullable Tls tls;
    private final DialSettings settings;

    private Dialer(Draft draft) {
        PortGroup chosen = draft.group;
        group = chosen;
        attemptDelay = draft.attemptDelay;
        tls = draft.tls;
        settings = new DialSettings(
                () -> (chosen == null ? PortGroup.shared() : chosen).pollers(),
                draft.timeout, draft.deadlineNanos, draft.local, draft.keepAlive, draft.control,
                draft.resolver);
    }

    /** The values of a new dialer; of one thread. */
    private static final class Draft {
        @Nullable
        PortGroup group;

        @Nullable
        Duration timeout;

        @Nullable
        Long deadlineNanos;

        @Nullable
        Address local;

        @Nullable
        Duration keepAlive = Duration.ofSeconds(15);

        Duration attemptDelay = Duration.ofMillis(250);
        SocketControl control = socket -> {};
        Resolver resolver = Resolver.SYSTEM;

        @Nullable
        Tls tls;

        Draft() {}

        Draft(Dialer dialer) {
            group = dialer.group;
            attemptDelay = dialer.attemptDelay;
            tls = dialer.tls;
            timeout = dialer.settings.timeout();
            deadlineNanos = dialer.settings.deadlineNanos();
            local = dialer.settings.local();
            keepAlive = dialer.settings.keepAlive();
            control = dialer.settings.control();
            resolver = dialer.settings.resolver();
        }
    }

    private Dialer with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Dialer(draft);
    }

    // ---- dialling ------------------------------------------------------------------------------

    /**
     * Connects to an address or a name.
     *
     * @param address {@code host:port}, {@code [::1]:port} or {@code unix:/path}
     * @return a connection, which the caller closes
     * @throws ResolveException if the name has no address
     * @throws ConnectFailedException refused, unreachable and the like: the first failure, with the
     *     others suppressed
     * @throws DeadlineException if the time was over
     * @throws CancelledException if the thread was interrupted
     * @throws NetException if no socket could be opened
     * @throws IllegalArgumentException if the text is no address, or has no port
     */
    public Connection dial(String address) throws NetException {
        HostPort target = HostPort.toDial(address);
        HappyEyeballs dial = new HappyEyeballs(settings, "connect " + target.text());
        return secured(dial, target.name(),
                dial.run(HappyEyeballs.interleave(dial.resolve(target)), attemptDelay));
    }

    /**
     * Connects to one address.
     *
     * @param address the address of the peer
     * @return a connection, which the caller closes
     * @throws NetException as {@link #dial(String)}
     */
    public Connection dial(Address address) throws NetException {
        HappyEyeballs dial = new HappyEyeballs(settings, "connect " + address);
        return securedByAddress(dial, dial.run(List.of(address), attemptDelay));
    }

    /**
     * Connects to several addresses at once. The first that connects wins; every other is cancelled
     * and closed.
     *
     * @param addresses 1 or more
     * @return a connection, which the caller closes
     * @throws NetException as {@link #dial(String)}
     * @throws IllegalArgumentException if there is no address
     */
    public Connection dialFirst(List<Address> addresses) throws NetException {
        HappyEyeballs dial =
                new HappyEyeballs(settings, "connect to the first of " + addresses);
        return securedByAddress(dial, dial.run(List.copyOf(addresses), Duration.ZERO));
    }

    /**
     * Connects to all addresses of several names at once. The first that connects wins; every other
     * is cancelled and closed. The addresses of a name are dialled as soon as they are known, so a
     * slow look-up delays no other name. A name without an address matters only if all others fail.
     *
     * @param addresses 1 or more, each as in {@link #dial(String)}
     * @return a connection, which the caller closes
     * @throws ResolveException if no name has an address
     * @throws ConnectFailedException if none connects; the message has the first failure and every
     *     name without an address, the other failures are suppressed
     * @throws NetException as {@link #dial(String)}
     * @throws IllegalArgumentException if a text is no address or has no port, or there is none; or with
     *     {@link #tls}, if there are several names and {@link Tls#serverName} is not set
     */
    public Connection dialFirst(String... addresses) throws NetException {
        List<HostPort> targets = Stream.of(addresses).map(HostPort::toDial).toList();
        List<String> texts = targets.stream().map(HostPort::text).toList();
        List<String> names = targets.stream().map(HostPort::name).distinct().toList();
        Tls chosen = tls;
        if (chosen != null && chosen.serverName() == null && names.size() > 1) {
            throw new IllegalArgumentException("connect to the first of " + texts
                    + ": the certificate must have one name; set Tls.serverName");
        }
        HappyEyeballs dial = new HappyEyeballs(settings, "connect to the first of " + texts);
        return secured(dial, names.isEmpty() ? "" : names.getFirst(), dial.runAll(targets));
    }

    private Connection securedByAddress(HappyEyeballs dial, SocketConnection connection)
            throws NetException {
        Address peer = connection.remoteAddress();
        return secured(dial, peer.isUnix()
                ? "localhost"
                : peer.toInetSocketAddress().getAddress().getHostAddress(), connection);
    }

    /** Does the handshake within the time of the dial. */
    private Connection secured(HappyEyeballs dial, String name, SocketConnection connection)
            throws NetException {
        Tls chosen = tls;
        if (chosen == null) {
            return connection;
        }
        boolean secured = false;
        try {
            TlsStream stream = chosen.stream(connection, name);
            stream.handshakeWithin(dial.left());
            secured = true;
            return stream;
        } finally {
            if (!secured) {
                connection.abort();
            }
        }
    }

    // ---- options -------------------------------------------------------------------------------

    /**
     * Sets the ports. The default is the {@linkplain PortGroup#shared shared} group.
     *
     * @param group must stay open as long as the connections
     * @return a changed dialer
     */
    public Dialer group(PortGroup group) {
        Objects.requireNonNull(group, "group");
        return with(draft -> draft.group = group);
    }

    /**
     * Bounds each dial with all its addresses and the look-up of its name. The default is no bound.
     *
     * @param timeout more than zero
     * @return a changed dialer
     * @throws IllegalArgumentException if the timeout is zero or less
     */
    public Dialer timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("dial within " + timeout + ": use more than zero");
        }
        return with(draft -> draft.timeout = timeout);
    }

    /**
     * Sets one deadline for all dials of this dialer. The earlier of this and the timeout applies.
     *
     * @param nanoTime by {@link System#nanoTime}
     * @return a changed dialer
     */
    public Dialer deadline(long nanoTime) {
        return with(draft -> draft.deadlineNanos = nanoTime);
    }

    /**
     * Sets the address on this side.
     *
     * @param local port 0 lets the kernel choose one, which on Linux connections to different peers
     *     may share; addresses of another family are not tried
     * @return a changed dialer
     */
    public Dialer local(Address local) {
        Objects.requireNonNull(local, "local");
        return with(draft -> draft.local = local);
    }

    /**
     * Sets after how much silence the kernel probes the peer, see tcp(7). The default is 15 seconds.
     *
     * @param idle in whole seconds, if the kernel lets it be set; less than 1 counts as 1, more than
     *     32,767 (9 hours, the limit of Linux) as 32,767; zero for no probes
     * @return a changed dialer
     * @throws IllegalArgumentException if the time is negative
     */
    public Dialer keepAlive(Duration idle) {
        if (idle.isNegative()) {
            throw new IllegalArgumentException(
                    "keep-alive after " + idle + ": use a second or more, or zero for never");
        }
        return with(draft -> draft.keepAlive = idle.isZero() ? null : idle);
    }

    /**
     * Sets the time from one attempt to the next while none has failed. The default is a quarter of a
     * second.
     *
     * @param delay RFC 8305 asks for 100 milliseconds to 2 seconds; zero for all at once
     * @return a changed dialer
     * @throws IllegalArgumentException if the delay is negative
     */
    public Dialer attemptDelay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("the next attempt " + delay
                    + " after one: use zero for all at once, or more");
        }
        return with(draft -> draft.attemptDelay = delay);
    }

    /**
     * Sets options of each socket before it connects.
     *
     * @param control called for each attempt
     * @return a changed dialer
     */
    public Dialer control(SocketControl control) {
        Objects.requireNonNull(control, "control");
        return with(draft -> draft.control = control);
    }

    /**
     * Sets what looks up the addresses of names. The default is the operating system's resolver.
     *
     * @param resolver called on platform threads, for several dials at the same time
     * @return a changed dialer
     */
    public Dialer resolver(Resolver resolver) {
        Objects.requireNonNull(resolver, "resolver");
        return with(draft -> draft.resolver = resolver);
    }

    /**
     * Speaks TLS: a dial returns a {@link TlsConnection} whose handshake is done, within the time of the
     * dial. The certificate must have the name, or the address, that is dialled.
     *
     * @param tls from {@link Tls#client}
     * @return a changed dialer
     * @throws IllegalArgumentException if it is a server's
     */
    public Dialer tls(Tls tls) {
        if (!tls.isClient()) {
            throw new IllegalArgumentException("TLS of a server in a dialer: use Tls.client");
        }
        return with(draft -> draft.tls = tls);
    }

    DialSettings settings() {
        return settings;
    }
}
