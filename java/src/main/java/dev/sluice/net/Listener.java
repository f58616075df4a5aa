package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.accepting.Acceptor;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.names.ResolverQuery;
import java.io.Closeable;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections at an address: TCP over IPv4 or IPv6, or a Unix socket. Any thread may call any
 * method.
 *
 * <pre>{@code
 * try (Listener listener = Listener.open("127.0.0.1:0")) {
 *     listener.serve(connection -> connection.transferTo(connection));
 * }
 * }</pre>
 */
public final class Listener implements Closeable {
    private final Acceptor acceptor;
    private final @Nullable Tls tls;

    private Listener(Acceptor acceptor, @Nullable Tls tls) {
        this.acceptor = acceptor;
        this.tls = tls;
    }

    /**
     * Listens with {@link ListenerOptions#DEFAULT}.
     *
     * @param address {@code host:port}, {@code [::1]:port}, {@code :port} for every address of this
     *     machine, or {@code unix:/path}; port 0 or no port means a free one
     * @return a listener, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Listener open(String address) throws NetException {
        return open(address, ListenerOptions.DEFAULT);
    }

    /**
     * Listens at an address or a name.
     *
     * @param address as in {@link #open(String)}
     * @param options the options
     * @return a listener, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Listener open(String address, ListenerOptions options) throws NetException {
        return ResolverQuery.open(
                HostPort.parse(address), options.resolver(), at -> open(at, options));
    }

    /**
     * Listens at an address.
     *
     * @param address port 0 lets the kernel choose a free one
     * @param options the options
     * @return a listener, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, or the thread was interrupted
     */
    public static Listener open(Address address, ListenerOptions options) throws NetException {
        return of(Acceptor.open(options.pollers(), address, options.settings()), options);
    }

    /**
     * Takes over a socket that something else opened and that listens: one that was inherited ({@link
     * dev.sluice.InheritedSocket}) or received. {@link ListenerOptions#backlog} and {@link
     * ListenerOptions#control} do not apply, and the close does not delete the file of a Unix socket.
     * The socket listens until the last process that has it closes it.
     *
     * @param descriptor its number, which belongs to the listener if this call succeeds; on Windows the
     *     SOCKET
     * @param options the options
     * @return a listener, which the caller closes
     * @throws NetException INVALID if the number is not open, no socket, or does not listen; UNSUPPORTED
     *     for other sockets than TCP and Unix streams. The caller still owns the descriptor, except on
     *     Windows if it does not listen: then it is closed
     * @see dev.sluice.CompletionPort#adopt
     */
    public static Listener adopt(long descriptor, ListenerOptions options) throws NetException {
        return of(Acceptor.adopt(options.pollers(), descriptor, options.settings(), true),
                options);
    }

    /** As {@link #adopt}, but accepts only after {@link #begin}. */
    static Listener adoptPaused(long descriptor, ListenerOptions options) throws NetException {
        return of(Acceptor.adopt(options.pollers(), descriptor, options.settings(), false),
                options);
    }

    void begin() {
        acceptor.begin();
    }

    private static Listener of(Acceptor acceptor, ListenerOptions options) {
        Listener listener = new Listener(acceptor, options.tls());
        Leaks.watch(Leaks.Kind.LISTENER, listener,
                () -> acceptor.isOpen() ? acceptor.local().toString() : null);
        return listener;
    }

    /**
     * Returns the address at which it listens.
     *
     * @return with the port that the kernel chose; also after the close
     */
    public Address address() {
        return acceptor.local();
    }

    /**
     * Waits for a connection.
     *
     * @return a connection, which the caller closes
     * @throws ClosedException if the listener is closed, before or during the call
     * @throws CancelledException if the thread was interrupted
     * @throws NetException OUT_OF_DESCRIPTORS, PERMISSION of a firewall and the like: this accept
     *     failed. While the listener {@link #isOpen} a later one may succeed; it is retried after a
     *     pause that grows from 10 milliseconds to a second. {@link ListenerOptions#patience} bounds
     *     how long accepts may fail before the listener is closed
     */
    public Connection accept() throws NetException {
        SocketConnection connection = acceptor.take(Long.MAX_VALUE);
        assert connection != null : "a wait without a timeout timed out";
        return taken(connection);
    }

    /**
     * Waits for a connection, as {@link #accept()}, for a bounded time.
     *
     * @param timeout the longest wait; zero takes a connection that is there
     * @return a connection, which the caller closes
     * @throws DeadlineException if none arrived in time
     * @throws NetException as {@link #accept()}
     */
    public Connection accept(Duration timeout) throws NetException {
        SocketConnection connection = acceptor.take(TimeUnit.NANOSECONDS.convert(timeout));
        if (connection == null) {
            throw NetErrors.of("accept " + address(), Status.DEADLINE, 0);
        }
        return taken(connection);
    }

    private Connection taken(SocketConnection connection) {
        SocketConnection watched = connection.watchedForLeaks();
        Tls chosen = tls;
        if (chosen == null) {
            return watched;
        }
        boolean opened = false;
        try {
            TlsConnection secured = chosen.over(watched);
            opened = true;
            return secured;
        } finally {
            if (!opened) {
                watched.abort(); // The user's parameters do not fit the engine.
            }
        }
    }

    /**
     * Serves connections, each on a virtual thread of its own, until the listener is closed or the
     * calling thread is interrupted. Then connections have ten seconds to finish before they are
     * aborted. {@link Server} has more options.
     *
     * @param handler serves one connection, which is closed when it returns and reset when it throws
     * @return how the connections ended
     */
    public Server.Report serve(ConnectionHandler handler) {
        try {
            return Server.on(this, handler).run();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns whether it accepts connections.
     *
     * @return false once it or its group is closed, its port has failed, or its accepts have failed
     *     for too long
     */
    public boolean isOpen() {
        return acceptor.isOpen();
    }

    /**
     * Stops listening. Waiting accepts fail with {@link ClosedException}, and connections that no
     * accept has returned are reset; the others stay open. The file of a Unix socket is deleted,
     * unless {@link ListenerOptions#unlinkOnClose} is false or another socket was bound there since.
     * A second call does nothing.
     */
    @Override
    public void close() {
        acceptor.close();
    }

    Acceptor acceptor() {
        return acceptor;
    }

    /** Returns the handler to serve its connections with. */
    ConnectionHandler serving(ConnectionHandler handler) {
        Tls chosen = tls;
        return chosen == null ? handler : chosen.serving(handler);
    }

    @Override
    public String toString() {
        return acceptor.toString();
    }
}
