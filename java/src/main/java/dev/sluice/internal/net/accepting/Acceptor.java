package dev.sluice.internal.net.accepting;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.Backoff;
import dev.sluice.internal.net.EventRecorder;
import dev.sluice.internal.net.Futures;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.names.UnixFile;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.PollerGroup;
import dev.sluice.internal.spi.Capability;
import dev.sluice.net.NetException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket. Its port's thread accepts ahead of the callers of {@link #take} and spreads the
 * connections over the ports of the group; {@link AcceptQueue} keeps them in order.
 */
public final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Listener");

    private static final long CLOSE_BOUND_NANOS = 10_000_000_000L;

    private final Poller poller;
    private final PollerGroup group;
    private final NativeSocket socket;
    private final Address local;
    private final @Nullable UnixFile file;
    private final Duration patience;
    private final Accept accept;

    /** Of accepts. */
    private final Backoff backoff;

    /** Of accepted sockets that cannot become connections. */
    private final Backoff adoptions;

    private final AcceptQueue queue;
    private final Runnable endWithPort = this::end;

    /** Created on the port's thread. */
    private Acceptor(Poller poller, PollerGroup group, NativeSocket socket, Address local,
            @Nullable UnixFile file, AcceptSettings settings) {
        this.poller = poller;
        this.group = group;
        this.socket = socket;
        this.local = local;
        this.file = file;
        this.patience = settings.patience();
        this.backoff = new Backoff(LOG, "the listener on " + local);
        this.adoptions = new Backoff(LOG, "a connection of " + local + " cannot be set up");
        this.queue = new AcceptQueue(settings.ahead(), () -> poller.offer(this::submitAccept));
        this.accept = new Accept(socket).detached().onCompletion(this::accepted);
        poller.onClose(endWithPort);
    }

    /** Makes the listening socket, on the port's thread; a failure leaves nothing open. */
    private interface Opening {
        NativeSocket open() throws SystemCallException;
    }

    /**
     * How a listening socket comes here.
     *
     * @param adopts true if the descriptor stays the caller's after a failure
     * @param begins true to accept at once
     */
    private record Origin(Opening opening, boolean adopts, boolean begins) {}

    /** Listens at an address; port 0 lets the kernel choose one. */
    public static Acceptor open(PollerGroup group, Address address, AcceptSettings settings)
            throws NetException {
        Poller poller = group.next();
        try {
            String operation = "listen " + address;
            CompletableFuture<Acceptor> opened = start(poller, group, operation, settings,
                    new Origin(() -> listen(poller, address, settings), false, true));
            Acceptor acceptor = Futures.awaitClosing(operation, opened, Acceptor::close);
            LOG.debug("listening on {}", acceptor.local);
            return acceptor;
        } catch (NetException failure) {
            throw UnixFile.explain(failure, address);
        }
    }

    /**
     * Takes over a socket that something else opened and that listens.
     *
     * @param begins false to accept only after {@link #begin}
     */
    public static Acceptor adopt(
            PollerGroup group, long descriptor, AcceptSettings settings, boolean begins)
            throws NetException {
        Poller poller = group.next();
        try {
            String operation = "adopt descriptor " + descriptor;
            CompletableFuture<Acceptor> opened = start(poller, group, operation, settings,
                    new Origin(() -> poller.port().adopt(descriptor), true, begins));
            // The caller must know whether it still owns the descriptor.
            Acceptor acceptor = Futures.awaitThroughInterrupts(operation, opened);
            LOG.debug("listening on {}, by descriptor {}", acceptor.local, descriptor);
            return acceptor;
        } catch (NetException failure) {
            if (!(failure.getCause() instanceof SystemCallException refusal)) {
                throw failure;
            }
            // Its message names the remedy.
            NetException explained = new NetException(String.valueOf(refusal.getMessage()),
                    refusal.status(), refusal.nativeCode());
            explained.initCause(refusal);
            throw explained;
        }
    }

    private static CompletableFuture<Acceptor> start(Poller poller, PollerGroup group,
            String operation, AcceptSettings settings, Origin origin) throws NetException {
        CompletableFuture<Acceptor> opened = new CompletableFuture<>();
        Runnable task = () -> {
            if (poller.isStopping()) {
                opened.completeExceptionally(poller.closed(operation));
                return;
            }
            try {
                opened.complete(create(poller, group, operation, settings, origin));
            } catch (SystemCallException failure) {
                opened.completeExceptionally(NetErrors.of(operation, failure));
            } catch (LimitExceededException exhausted) {
                opened.completeExceptionally(NetErrors.of(operation, exhausted));
            } catch (RuntimeException | Error failure) {
                // Thrown by the user's SocketControl: the caller gets it, the port continues.
                opened.completeExceptionally(failure);
            }
        };
        if (!poller.execute(task)) {
            throw poller.closed(operation);
        }
        return opened;
    }

    private static Acceptor create(Poller poller, PollerGroup group, String operation,
            AcceptSettings settings, Origin origin) throws SystemCallException {
        NativeSocket socket = origin.opening().open();
        try {
            if (origin.adopts()) {
                prepareAdopted(socket, operation);
            }
            Address local = socket.localAddress();
            // The file of an adopted Unix socket is that of the process which bound it.
            boolean unlinks = settings.unlinkOnClose() && !origin.adopts();
            UnixFile file = unlinks ? UnixFile.boundTo(local) : null;
            Acceptor acceptor = new Acceptor(poller, group, socket, local, file, settings);
            if (origin.begins()) {
                acceptor.submitAccept();
            }
            return acceptor;
        } catch (SystemCallException | RuntimeException | Error failure) {
            if (!origin.adopts() || !leaveToCaller(socket, failure)) {
                poller.port().submit(Close.immediate(socket));
            }
            throw failure;
        }
    }

    private static NativeSocket listen(Poller poller, Address address, AcceptSettings settings)
            throws SystemCallException {
        NativeSocket socket = poller.port().socket(SocketType.streamFor(address));
        try {
            if (!address.isUnix()) {
                socket.set(SockOpt.NODELAY, true);
                if (poller.has(Capability.REUSES_ADDRESSES)) {
                    socket.set(SockOpt.REUSEADDR, true);
                }
            }
            settings.control().configure(socket);
            return socket.bind(address).listen(settings.backlog());
        } catch (SystemCallException | RuntimeException | Error failure) {
            poller.port().submit(Close.immediate(socket));
            throw failure;
        }
    }

    private static void prepareAdopted(NativeSocket socket, String operation)
            throws SystemCallException {
        if (socket.state() != NativeSocket.State.LISTENING) {
            throw new SystemCallException(operation + ": " + socket
                    + " does not listen; use CompletionPort.adopt for it", Status.INVALID, 0);
        }
        if (socket.type() == SocketType.UNIX_SEQPACKET) {
            throw new SystemCallException(operation + ": " + socket
                    + " is of type UNIX_SEQPACKET, whose connections carry records; use"
                    + " CompletionPort.adopt for it", Status.UNSUPPORTED, 0);
        }
        if (socket.type() != SocketType.UNIX_STREAM) {
            try {
                socket.set(SockOpt.NODELAY, true);
            } catch (SystemCallException refused) {
                // Connections are slower without it, and work.
                LOG.debug("{}: {} has no NODELAY", operation, socket, refused);
            }
        }
    }

    /** The caller owns the descriptor again; false if it cannot leave the port, as on Windows. */
    private static boolean leaveToCaller(NativeSocket socket, Throwable failure) {
        try {
            socket.detach().takeDescriptor();
            return true;
        } catch (SystemCallException | IllegalStateException bound) {
            failure.addSuppressed(bound);
            return false;
        }
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void submitAccept() {
        if (poller.isStopping()) {
            end();
        } else if (socket.isOpen() && !accept.isPending() && queue.hasRoom()) {
            try {
                poller.port().submit(accept);
            } catch (LimitExceededException exhausted) {
                failed(NetErrors.of("accept " + local, exhausted));
            } catch (RuntimeException | Error failure) {
                failed(unexpected(failure));
            }
        }
    }

    private NetException unexpected(Throwable failure) {
        Status status =
                failure instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : Status.UNKNOWN;
        NetException exception =
                new NetException("accept " + local + ": " + failure, status, 0);
        exception.initCause(failure);
        return exception;
    }

    /** Pauses accepting; the next caller of take gets the failure, and its successor retries. */
    private void failed(NetException cause) {
        String reason = cause.getMessage()
                + (cause.nativeCode() == 0 ? "" : " (" + cause.nativeCode() + ")");
        long pauseNanos = backoff.failed(reason, cause.isTemporary());
        boolean persists = backoff.persists(patience);
        queue.failed(cause, pauseNanos, persists);
        if (persists) {
            LOG.error("the listener on {} is closed after {}: {}",
                    local, backoff.endedWithSummary(), reason);
            end();
            deleteFile();
            closeSocket(new CompletableFuture<>());
        }
    }

    private void accepted(Accept done) {
        try {
            if (done.isOk()) {
                assign(done.takeDetached());
                backoff.succeeded();
                submitAccept();
            } else if (done.status() == Status.CLOSED_LOCALLY) {
                // With the port, if the listener was not closed before.
                end();
            } else {
                failed(NetErrors.of("accept " + local, done.status(), done.nativeCode()));
            }
        } catch (RuntimeException | Error failure) {
            failed(unexpected(failure));
        }
    }

    /** Gives a socket to the port whose turn it is. */
    @SuppressWarnings("ReferenceEquality") // Ports compare by identity.
    private void assign(DetachedSocket detached) {
        boolean assigned = false;
        queue.begin();
        try {
            Poller home = group.next();
            if (home == poller) {
                adopt(home, detached);
            } else {
                home.execute(() -> adopt(home, detached), () -> discard(detached));
            }
            assigned = true;
        } finally {
            if (!assigned) {
                discard(detached);
            }
        }
    }

    /** The port of the connection is closed, or took no task. */
    private void discard(DetachedSocket detached) {
        try {
            detached.close();
        } finally {
            queue.fail(true);
        }
    }

    /** On the thread of the port to which the connection will belong. */
    private void adopt(Poller home, DetachedSocket detached) {
        SocketConnection connection = null;
        boolean existed = true;
        try (detached) {
            if (!home.isStopping()) {
                connection = connect(home, home.port().attach(detached));
                existed = connection != null;
                adoptions.succeeded();
            }
        } catch (SystemCallException | RuntimeException | Error failure) {
            adoptions.failed(failure.toString(), true);
        } finally {
            if (connection == null) {
                queue.fail(existed);
            }
        }
        if (connection == null) {
            return;
        }
        if (queue.put(connection)) {
            EventRecorder.accepted(connection.endpoints());
        } else {
            connection.abort();
        }
    }

    /** Returns null if the peer had reset it already: then there is nothing to report. */
    private @Nullable SocketConnection connect(Poller home, NativeSocket taken) {
        SocketConnection connection = null;
        try {
            connection = SocketConnection.accepted(home, taken, local);
            return connection;
        } catch (SystemCallException reset) {
            LOG.debug("a connection of {} was reset before it was accepted", local, reset);
            return null;
        } finally {
            if (connection == null) {
                home.port().submit(Close.immediate(taken));
            }
        }
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Accepts from now on, if it was adopted without. */
    public void begin() {
        poller.execute(this::submitAccept);
    }

    /** Returns the address, with the port that the kernel chose. */
    public Address local() {
        return local;
    }

    /** Returns the listening socket, of which other threads may pass the descriptor on. */
    public NativeSocket socket() {
        return socket;
    }

    /** Returns the port on which it accepts. */
    public Poller poller() {
        return poller;
    }

    /** Returns the memory that the ports of its connections keep for readers and writers. */
    public long keptBytes() {
        return group.keptBytes();
    }

    /** Returns the number of connections that were accepted and not taken. */
    public int waiting() {
        return queue.waiting();
    }

    /** Returns how much of that belongs to connections that were not taken. */
    public long untakenBytes() {
        return queue.keptBytes();
    }

    /** Returns how long accepts may fail before the listener is closed. */
    public Duration patience() {
        return patience;
    }

    /** Returns false once no more connections are accepted. */
    public boolean isOpen() {
        return queue.isOpen();
    }

    /** Returns how many accepted connections were closed before they were taken. */
    public long untaken() {
        return queue.untaken();
    }

    /** Waits for the next connection; returns null after the timeout. */
    public @Nullable SocketConnection take(long timeoutNanos) throws NetException {
        try {
            SocketConnection next = queue.take(timeoutNanos);
            if (next == null && !queue.isOpen()) {
                throw queue.closedFailure("accept " + local, poller);
            }
            return next;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetErrors.of("accept " + local, Status.CANCELLED, 0);
        }
    }

    /** Accepts nothing more, aborts what was not taken, and wakes the waiting threads. */
    private void end() {
        poller.removeOnClose(endWithPort);
        queue.close().forEach(SocketConnection::abort);
        backoff.ended();
        adoptions.ended();
    }

    /**
     * Closes the listener; connections that were not taken are reset, as those of the backlog are.
     * When it returns the address is free again, and all accepted connections are counted.
     */
    public void close() {
        end();
        deleteFile();
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        if (poller.execute(() -> closeSocket(released))) {
            released.completeOnTimeout(false, CLOSE_BOUND_NANOS, TimeUnit.NANOSECONDS).join();
        }
        queue.awaitSettled(CLOSE_BOUND_NANOS);
    }

    /** Must precede the close of the socket: until then no other file has the same inode. */
    private void deleteFile() {
        if (file != null) {
            file.delete();
        }
    }

    private void closeSocket(CompletableFuture<Boolean> released) {
        if (socket.isOpen()) {
            poller.port().submit(
                    Close.immediate(socket).onCompletion(done -> released.complete(true)));
        } else {
            released.complete(true);
        }
    }

    @Override
    public String toString() {
        return "listener on " + local;
    }
}
