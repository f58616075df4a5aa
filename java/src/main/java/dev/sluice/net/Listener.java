package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.leaks.Leaks;
import java.io.Closeable;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections at an address. Any thread may call any method.
 *
 * <pre>{@code
 * try (Listener listener = Listener.open("127.0.0.1:0")) {
 *     listener.serve(connection -> connection.transferTo(connection));
 * }
 * }</pre>
 */
public final class Listener implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final Acceptor intake;
    private final Address address;

    private Listener(Acceptor intake, Address address) {
        this.intake = intake;
        this.address = address;
    }

    /**
     * Listens with {@link ListenerOptions#DEFAULT}.
     *
     * @param address {@code host:port}, {@code [::1]:port}, {@code :port} for every address of this
     *     machine, or {@code unix:/path}; port 0 or none means a free one
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Listener open(String address) throws NetException {
        return open(address, ListenerOptions.DEFAULT);
    }

    /**
     * Listens.
     *
     * @param address as in {@link #open(String)}
     * @param options choices
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Listener open(String address, ListenerOptions options) throws NetException {
        return HostPort.parse(address).open(options.resolver(), at -> open(at, options));
    }

    /**
     * Listens.
     *
     * @param address where; port 0 lets the system choose one
     * @param options choices
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like
     */
    public static Listener open(Address address, ListenerOptions options) throws NetException {
        PortGroup group = options.group().orElseGet(PortGroup::shared);
        Poller poller = group.next();
        String what = "listen " + address;
        CompletableFuture<Listener> opened = new CompletableFuture<>();
        if (!poller.execute(() -> open(poller, group, address, options, opened))) {
            throw poller.closed(what);
        }
        try {
            Listener listener = Futures.await(what, opened, Listener::close);
            LOG.debug("listening on {}", listener.address);
            watch(listener, listener.intake, listener.address);
            return listener;
        } catch (NetException failure) {
            throw UnixFile.explain(failure, address);
        }
    }

    private static void open(Poller poller, PortGroup group, Address address,
            ListenerOptions options, CompletableFuture<Listener> opened) {
        if (poller.isStopping()) {
            opened.completeExceptionally(
                    poller.closed("listen " + address));
            return;
        }
        try {
            NativeSocket socket = poller.port().socket(SocketType.streamFor(address));
            try {
                Address local = bind(poller, socket, address, options);
                Acceptor intake = new Acceptor(poller, group, socket, local, options);
                opened.complete(new Listener(intake, local));
            } catch (SystemCallException | RuntimeException | Error failure) {
                poller.port().submit(dev.sluice.Close.immediate(socket));
                throw failure;
            }
        } catch (SystemCallException failure) {
            opened.completeExceptionally(NetException.of("listen " + address, failure));
        } catch (LimitExceededException refused) {
            opened.completeExceptionally(NetException.of("listen " + address, refused));
        } catch (RuntimeException | Error failure) {
            // Of the control hook: it is for the one who listens, the port goes on.
            opened.completeExceptionally(failure);
        }
    }

    private static void watch(Listener listener, Acceptor intake, Address address) {
        Leaks.watch(Leaks.Kind.LISTENER, listener,
                () -> intake.isOpen() ? address.toString() : null);
    }

    private static Address bind(
            Poller poller, NativeSocket socket, Address address, ListenerOptions options)
            throws SystemCallException {
        if (!address.isUnix()) {
            socket.set(SockOpt.NODELAY, true);
            if (poller.port().backend() != Backend.IOCP) {
                socket.set(SockOpt.REUSEADDR, true);
            }
        }
        options.control().accept(socket);
        socket.bind(address).listen(options.backlog());
        return socket.localAddress();
    }

    /**
     * Where it listens.
     *
     * @return with the port that the system chose; known also after the end
     */
    public Address address() {
        return address;
    }

    /**
     * Waits for a connection.
     *
     * @return to be closed by the caller
     * @throws ClosedException if the listener is closed, before or meanwhile
     * @throws CancelledException if the thread was interrupted
     * @throws NetException OUT_OF_DESCRIPTORS, PERMISSION of a firewall and the like: this accept
     *     has failed, and while the listener {@link #isOpen} the next one may succeed. It is made
     *     after a pause that grows from 10 milliseconds to a second. {@link
     *     ListenerOptions#patience} bounds how long accepts may fail before the listener is closed
     */
    public Connection accept() throws NetException {
        return take().given();
    }

    /** As {@link #accept}, for a caller that closes the connection whatever happens. */
    Connection take() throws NetException {
        Connection connection = intake.take(Long.MAX_VALUE);
        if (connection == null) {
            throw new AssertionError("endless waits do not end");
        }
        return connection;
    }

    /**
     * As {@link #accept()}, for a time.
     *
     * @param timeout how long to wait; zero takes what is there
     * @return to be closed by the caller
     * @throws DeadlineException if none came in time
     * @throws NetException as {@link #accept()}
     */
    public Connection accept(Duration timeout) throws NetException {
        Connection connection = intake.take(TimeUnit.NANOSECONDS.convert(timeout));
        if (connection == null) {
            throw NetException.of("accept " + address, Status.DEADLINE, 0);
        }
        return connection.given();
    }

    /**
     * Serves connections, each on a virtual thread of its own, until the listener is closed or the
     * calling thread is interrupted; then connections have ten seconds to finish before they are
     * aborted. For other choices use {@link Server}.
     *
     * @param handler serves one connection, which is closed when it returns and reset when it
     *     throws
     * @return how they ended
     */
    public Server.Report serve(ConnectionHandler handler) {
        try {
            return Server.on(this, handler).run();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Whether it takes connections.
     *
     * @return false once it or its group is closed, its port has failed, or its accepts have failed
     *     for too long
     */
    public boolean isOpen() {
        return intake.isOpen();
    }

    /**
     * Stops listening: accepts that wait end with {@link ClosedException}, and connections that
     * were not returned by an accept are reset. Returned ones stay open. The file of a Unix socket
     * is deleted, unless {@link ListenerOptions#unlinkOnClose} is false or another socket was bound
     * there since. May be called twice.
     */
    @Override
    public void close() {
        intake.close();
    }

    /** What takes its connections. */
    Acceptor intake() {
        return intake;
    }

    @Override
    public String toString() {
        return "listener on " + address;
    }
}
