package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of a dial. It reports once, with a connection or a failure; a connection that nobody
 * claims, because the dial is decided or was given up, is closed.
 */
final class ConnectAttempt implements HappyEyeballs.News {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

    /** The limit of Linux. */
    private static final int MOST_KEEP_ALIVE_SECONDS = 32_767;

    private final Poller poller;
    private final Dialer dialer;
    private final Address address;
    private final Queue<? super ConnectAttempt> reports;

    /** Set by whoever comes first: the dial that claims the connection, or gives the attempt up. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private volatile @Nullable Connection connection;
    private volatile @Nullable NetException failure;

    // Of the port's thread.
    private @Nullable Connect connect;

    ConnectAttempt(Poller poller, Dialer dialer, Address address,
            Queue<? super ConnectAttempt> reports) {
        this.poller = poller;
        this.dialer = dialer;
        this.address = address;
        this.reports = reports;
    }

    // ---- on the dialling thread ----------------------------------------------------------------

    void begin() {
        if (!poller.execute(this::connect)) {
            report(Status.CLOSED_LOCALLY, 0);
        }
    }

    /** The connection, which is the caller's from now on; null if the attempt failed. */
    @Nullable
    Connection claim() {
        Connection made = connection;
        return made != null && decided.compareAndSet(false, true) ? made : null;
    }

    /** Of an attempt that reported and has no connection. */
    NetException failure() {
        NetException cause = failure;
        assert cause != null : "reported without a failure";
        return UnixFile.explain(cause, address);
    }

    /** Cancels what is under way and closes what came of it; does nothing once it was claimed. */
    void giveUp() {
        if (failure == null && decided.compareAndSet(false, true)) {
            poller.execute(this::cancel);
        }
    }

    // ---- on the port's thread --------------------------------------------------------------------

    private void connect() {
        if (decided.get()) {
            return;
        }
        if (poller.isStopping()) {
            report(Status.CLOSED_LOCALLY, 0);
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
            failure = NetException.of(describe(), refused);
            reports.add(this);
        } catch (LimitExceededException refused) {
            failure = NetException.of(describe(), refused);
            reports.add(this);
        } catch (RuntimeException | Error refused) {
            // Of the control hook: it is for the one who dials, the port goes on.
            fail(refused, Status.INVALID);
        }
    }

    /** Fails the dial, whatever the failure was, so that its thread does not wait for ever. */
    private void fail(Throwable cause, Status otherwise) {
        Status status = cause instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : otherwise;
        NetException wrapped = new NetException(describe() + ": " + cause, status, 0);
        wrapped.initCause(cause);
        failure = wrapped;
        reports.add(this);
    }

    private void prepare(NativeSocket socket) throws SystemCallException {
        if (!address.isUnix()) {
            socket.set(SockOpt.NODELAY, true);
            if (dialer.keepAlive().isPresent()) {
                keepAlive(socket, dialer.keepAlive().get());
            }
        }
        Address local = dialer.local().orElse(null);
        if (local != null && !local.isUnix() && local.port() == 0) {
            letTheConnectChooseThePort(socket);
        }
        dialer.control().accept(socket);
        if (local != null) {
            socket.bind(local);
        }
    }

    /** So that connections to different peers share the local ports. */
    private static void letTheConnectChooseThePort(NativeSocket socket) throws SystemCallException {
        try {
            socket.set(SockOpt.BIND_ADDRESS_NO_PORT, true);
        } catch (SystemCallException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            LOG.debug("each dial takes a local port for itself", failure);
        }
    }

    /**
     * Whether TCP connected the socket to itself. It does when nothing listens at a local port and
     * the connect chooses that port for its own side: two simultaneous opens, RFC 9293, section
     * 3.5.
     */
    private boolean hasMetItself(NativeSocket socket) throws SystemCallException {
        if (address.isUnix()) {
            return false;
        }
        Address local = socket.localAddress();
        return local.port() == address.port() && local.equals(socket.peerAddress());
    }

    private static void keepAlive(NativeSocket socket, Duration idle) throws SystemCallException {
        socket.set(SockOpt.KEEPALIVE, true);
        try {
            socket.set(SockOpt.KEEPALIVE_IDLE,
                    Math.clamp(idle.toSeconds(), 1, MOST_KEEP_ALIVE_SECONDS));
        } catch (SystemCallException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            // Windows before 2017, and Wine: there the system's own time holds.
            LOG.debug("the time before keep-alive probes cannot be set", failure);
        }
    }

    private void connected(Connect done) {
        NativeSocket socket = done.socket();
        assert socket != null : "a connect has a socket";
        if (poller.isStopping()) {
            // The socket ends with the port, which may take nothing more.
            report(done.isOk() ? Status.CLOSED_LOCALLY : done.status(), done.nativeCode());
            return;
        }
        if (done.isOk() && !decided.get()) {
            try {
                if (!hasMetItself(socket)) {
                    connection = Connection.dialled(poller, socket, address);
                    reports.add(this);
                    return;
                }
                failure = new ConnectFailedException(describe() + ": connection refused: nobody"
                        + " listens there, and it met itself", Status.REFUSED, 0);
                reports.add(this);
            } catch (SystemCallException gone) {
                failure = NetException.of(describe(), gone);
                reports.add(this);
            } catch (LimitExceededException refused) {
                failure = NetException.of(describe(), refused);
                reports.add(this);
            } catch (RuntimeException | Error broken) {
                fail(broken, Status.UNKNOWN);
            }
        } else if (!done.isOk()) {
            report(done.status(), done.nativeCode());
        }
        if (socket.isOpen()) {
            // Nobody else closes it.
            poller.port().submit(done.isOk() ? Close.abort(socket) : Close.immediate(socket));
        }
    }

    private void cancel() {
        Connection made = connection;
        Connect pending = connect;
        if (made != null) {
            made.abort();
        } else if (pending != null) {
            poller.port().cancel(pending);
        }
    }

    private void report(Status status, int nativeCode) {
        failure = switch (status) {
            case REFUSED, UNREACHABLE, TIMED_OUT, RESET, ABORTED, ADDRESS_UNAVAILABLE,
                    ADDRESS_IN_USE, PERMISSION, UNSUPPORTED, INVALID, UNKNOWN ->
                new ConnectFailedException(
                        describe() + ": " + Causes.text(status), status, nativeCode);
            case CLOSED_LOCALLY -> poller.closed(describe());
            default -> NetException.of(describe(), status, nativeCode);
        };
        reports.add(this);
    }

    private String describe() {
        return "connect " + (address.isUnix() ? "" : "tcp ") + address;
    }
}
