package dev.sluice.internal.net.dialling;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.names.UnixFile;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.ConnectFailedException;
import dev.sluice.net.NetException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of a dial. It reports once, with a connection or a failure. A connection that the dial
 * does not claim is closed.
 */
public final class ConnectAttempt {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Dialer");

    /** The limit of Linux. */
    private static final int MAX_KEEP_ALIVE_SECONDS = 32_767;

    private final Poller poller;
    private final DialSettings settings;
    private final Address address;
    private final Consumer<? super ConnectAttempt> report;

    /** Set when the dial claims the connection or cancels the attempt, whichever comes first. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private volatile @Nullable SocketConnection connection;
    private volatile @Nullable NetException failure;

    /** Of the port's thread. */
    private @Nullable Connect connect;

    /**
     * Creates an attempt that has not begun.
     *
     * @param report called on any thread, which it must not block
     */
    public ConnectAttempt(Poller poller, DialSettings settings, Address address,
            Consumer<? super ConnectAttempt> report) {
        this.poller = poller;
        this.settings = settings;
        this.address = address;
        this.report = report;
    }

    // ---- on the dialling thread ----------------------------------------------------------------

    /** Begins to connect. */
    public void begin() {
        if (!poller.execute(this::connect)) {
            fail(Status.CLOSED_LOCALLY, 0);
        }
    }

    /** Takes the connection; null if the attempt failed or was cancelled. */
    public @Nullable SocketConnection claim() {
        SocketConnection present = connection;
        return present != null && decided.compareAndSet(false, true) ? present : null;
    }

    /** Returns why an attempt that has reported has no connection. */
    public NetException failure() {
        NetException cause = failure;
        assert cause != null : "reported without a failure";
        return UnixFile.explain(cause, address);
    }

    /** Cancels the connect and closes its connection; does nothing after a claim. */
    public void cancel() {
        if (failure == null && decided.compareAndSet(false, true)) {
            poller.execute(this::cancelOnPort);
        }
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void connect() {
        if (decided.get()) {
            return;
        }
        if (poller.isStopping()) {
            fail(Status.CLOSED_LOCALLY, 0);
            return;
        }
        try {
            NativeSocket socket = poller.port().socket(SocketType.streamFor(address));
            try {
                prepare(socket);
                connect = new Connect(socket, address).onCompletion(this::connected);
                poller.port().submit(connect);
            } catch (SystemCallException | RuntimeException | Error refused) {
                poller.port().submit(Close.immediate(socket));
                throw refused;
            }
        } catch (SystemCallException refused) {
            fail(NetErrors.of(describe(), refused));
        } catch (LimitExceededException exhausted) {
            fail(NetErrors.of(describe(), exhausted));
        } catch (RuntimeException | Error thrown) {
            // Thrown by the user's SocketControl: the dial gets it, the port continues.
            fail(thrown, Status.INVALID);
        }
    }

    private void fail(NetException cause) {
        failure = cause;
        report.accept(this);
    }

    /** Reports any failure, so that the dialling thread does not wait for ever. */
    private void fail(Throwable cause, Status otherwise) {
        Status status = cause instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : otherwise;
        NetException wrapped = new NetException(describe() + ": " + cause, status, 0);
        wrapped.initCause(cause);
        fail(wrapped);
    }

    private void fail(Status status, int nativeCode) {
        fail(switch (status) {
            case REFUSED, UNREACHABLE, TIMED_OUT, RESET, ABORTED, ADDRESS_UNAVAILABLE,
                    ADDRESS_IN_USE, PERMISSION, UNSUPPORTED, INVALID, UNKNOWN ->
                new ConnectFailedException(
                        describe() + ": " + NetErrors.text(status), status, nativeCode);
            case CLOSED_LOCALLY -> poller.closed(describe());
            default -> NetErrors.of(describe(), status, nativeCode);
        });
    }

    private void prepare(NativeSocket socket) throws SystemCallException {
        if (!address.isUnix()) {
            socket.set(SockOpt.NODELAY, true);
            Duration idle = settings.keepAlive();
            if (idle != null) {
                keepAlive(socket, idle);
            }
        }
        Address local = settings.local();
        if (local != null && !local.isUnix() && local.port() == 0) {
            chooseLocalPortAtConnect(socket);
        }
        settings.control().configure(socket);
        if (local != null) {
            socket.bind(local);
        }
    }

    /** Lets connections to different peers share local ports: ip(7), IP_BIND_ADDRESS_NO_PORT. */
    private static void chooseLocalPortAtConnect(NativeSocket socket) throws SystemCallException {
        try {
            socket.set(SockOpt.BIND_ADDRESS_NO_PORT, true);
        } catch (SystemCallException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            LOG.debug("each dial takes a local port of its own", failure);
        }
    }

    private static void keepAlive(NativeSocket socket, Duration idle) throws SystemCallException {
        socket.set(SockOpt.KEEPALIVE, true);
        try {
            socket.set(SockOpt.KEEPALIVE_IDLE,
                    Math.clamp(idle.toSeconds(), 1, MAX_KEEP_ALIVE_SECONDS));
        } catch (SystemCallException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            // Windows before 2017, and Wine: their own time applies.
            LOG.debug("the time before keep-alive probes cannot be set", failure);
        }
    }

    /**
     * Returns true if TCP connected the socket to itself. It does when nothing listens at a local
     * port and the connect chooses that port for its own side: a simultaneous open with itself, RFC
     * 9293, section 3.5.
     */
    private boolean isConnectedToItself(NativeSocket socket) throws SystemCallException {
        if (address.isUnix()) {
            return false;
        }
        Address local = socket.localAddress();
        return local.port() == address.port() && local.equals(socket.peerAddress());
    }

    private void connected(Connect done) {
        NativeSocket socket = done.socket();
        assert socket != null : "a connect has a socket";
        if (poller.isStopping()) {
            // The socket ends with the port, which takes no more operations.
            fail(done.isOk() ? Status.CLOSED_LOCALLY : done.status(), done.nativeCode());
            return;
        }
        if (done.isOk() && !decided.get()) {
            if (succeeded(socket)) {
                return;
            }
        } else if (!done.isOk()) {
            fail(done.status(), done.nativeCode());
        }
        if (socket.isOpen()) {
            poller.port().submit(done.isOk() ? Close.abort(socket) : Close.immediate(socket));
        }
    }

    /** Reports the connection, or why it cannot be one; false if the caller must close the socket. */
    private boolean succeeded(NativeSocket socket) {
        try {
            if (!isConnectedToItself(socket)) {
                connection = SocketConnection.dialled(poller, socket, address);
                report.accept(this);
                return true;
            }
            fail(new ConnectFailedException(describe() + ": connection refused: nothing listens"
                    + " there, and the socket connected to itself", Status.REFUSED, 0));
        } catch (SystemCallException reset) {
            fail(NetErrors.of(describe(), reset));
        } catch (LimitExceededException exhausted) {
            fail(NetErrors.of(describe(), exhausted));
        } catch (RuntimeException | Error broken) {
            fail(broken, Status.UNKNOWN);
        }
        return false;
    }

    private void cancelOnPort() {
        SocketConnection present = connection;
        Connect pending = connect;
        if (present != null) {
            present.abort();
        } else if (pending != null) {
            poller.port().cancel(pending);
        }
    }

    private String describe() {
        return "connect " + (address.isUnix() ? "" : "tcp ") + address;
    }
}
