package dev.sluice.internal.net.connection;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.EventRecorder;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.PortSocket;
import dev.sluice.internal.net.ports.WaitTimer;
import dev.sluice.net.Connection;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.NetException;
import java.lang.ref.Cleaner.Cleanable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a connection beside its bytes: how it was lost, when it was last used, and its close.
 * The port refers to it and not to the {@link SocketConnection}, so that a dropped connection can be
 * reported.
 */
public final class ConnectionState extends PortSocket implements Leaks.Remains {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Address local;
    private final Address remote;

    /** How the connection was lost. The kernel reports it to one call only, so it is kept. */
    private volatile @Nullable StreamEnd lost;

    /** Ends the leak watch, if there is one; set before a user has the connection. */
    private @Nullable Cleanable leakWatch;

    private volatile @Nullable Activity activity;

    /** How a write failed that had sent a part of its bytes: the stream must not end as if whole. */
    private volatile @Nullable Status partialWrite;

    /** The pending graceful close; of the port's thread. */
    private @Nullable Close lingering;

    /** Created by the first call of {@link #whenClosed}; guarded by this. */
    private @Nullable CompletableFuture<Void> whenClosed;

    ConnectionState(Poller poller, NativeSocket socket, Address local, Address remote,
            ReadyWaiter reading, ReadyWaiter writing) {
        super(poller, socket, reading, writing);
        this.local = local;
        this.remote = remote;
    }

    /** Returns true if the port reports each change of readiness. */
    boolean reportsEdges() {
        return poller.reportsEdges() && !poller.receivesByCompletion();
    }

    Address local() {
        return local;
    }

    Address remote() {
        return remote;
    }

    Endpoints endpoints() {
        return new Endpoints(local, remote);
    }

    @Override
    public String describe(String operation) {
        return operation + " " + endpoints();
    }

    // ---- leaks ---------------------------------------------------------------------------------

    /** Returns the name in a report of a dropped connection; null if it was closed. */
    @Override
    public @Nullable String openName() {
        return isOpen() && !poller.isStopping() ? endpoints().toString() : null;
    }

    void leakWatch(@Nullable Cleanable watch) {
        leakWatch = watch;
    }

    // ---- activity ------------------------------------------------------------------------------

    /** Records that bytes moved, if the count is positive. */
    void moved(long count) {
        Activity present = activity;
        if (present != null && count > 0) {
            present.beat();
        }
    }

    /** Returns the record of the last use; it is kept from the first call on. */
    synchronized Activity activity() {
        Activity present = activity;
        if (present == null) {
            present = new Activity();
            activity = present;
        }
        return present;
    }

    // ---- waiting -------------------------------------------------------------------------------

    /**
     * Parks once; the caller then looks again at what it waits for.
     *
     * @return false if the connection has been idle for its time-out. The caller then tries the
     *     system call, since the port's thread may be late; if that moves nothing, the next call
     *     fails
     */
    @Override
    @SuppressWarnings("ReferenceEquality") // There are two directions.
    public boolean park(ReadyWaiter side, String operation) throws NetException {
        if (parkUntilWoken(side, operation)) {
            return true;
        }
        long left = check(side, operation);
        Activity present = activity;
        if (present != null && present.idleNanos() != Long.MAX_VALUE) {
            boolean writes = side == writing;
            long idleLeft = present.leftNanos();
            if (idleLeft <= 0 && present.mustTry(writes)) {
                return false;
            }
            if (idleLeft <= 0 || (writes && present.leftUntilSample() <= 0)) {
                requireNotIdle(present, operation);
                return true; // The call may have used up the wake-up of this thread.
            }
            left = Math.min(
                    left, writes ? Math.min(idleLeft, present.leftUntilSample()) : idleLeft);
        }
        parkAtMost(side, left);
        return true;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // There are two directions.
    protected long dueNanos(ReadyWaiter side) {
        Activity present = activity;
        long deadline = side.deadlineNanos();
        return present == null
                ? deadline
                : ReadyWaiter.earlier(deadline, present.dueNanos(side == writing));
    }

    @Override
    protected WaitTimer newTimer(ReadyWaiter side) {
        return new WaitTimer(poller, side) {
            @Override
            protected long dueNanos() {
                // A closed connection fails its waiting threads by itself.
                return isOpen()
                        ? ConnectionState.this.dueNanos(side)
                        : ReadyWaiter.NO_DEADLINE;
            }
        };
    }

    /** Fails if idle; bytes of earlier writes that the peer acknowledges are traffic too. */
    private void requireNotIdle(Activity present, String operation) throws NetException {
        present.sample(call(operation, () -> Poller.unacknowledgedBytes(socket)));
        if (present.leftNanos() <= 0) {
            EventRecorder.deadline(operation, endpoints(), "idle");
            throw new DeadlineException(
                    describe(operation) + ": idle for " + Duration.ofNanos(present.idleNanos()),
                    Status.DEADLINE, 0);
        }
    }

    @Override
    protected void deadlinePassed(String operation) {
        EventRecorder.deadline(operation, endpoints(), "deadline");
    }

    /**
     * Waits until the port's thread has handled the events that were ready and the writes in its
     * batch; a handler that computes may have delayed them.
     */
    void awaitPort(String operation) throws NetException {
        // The batch is submitted after the first turn.
        for (int turn = 0; turn < 2; turn++) {
            submit(operation, () -> new Delay(Duration.ZERO));
        }
    }

    /** Wakes waiting threads, except the calling one, which looks again before it waits. */
    void wakeOthers() {
        reading.wakeOther();
        writing.wakeOther();
    }

    private void signalAll() {
        reading.signal();
        writing.signal();
    }

    // ---- loss ----------------------------------------------------------------------------------

    /** Records a failed system call, for a reader that must not take it for an end of stream. */
    NetException failed(ReadyWaiter side, String operation, SystemCallException failure) {
        if (!noteLost(side, failure)) {
            return closed(operation);
        }
        StreamEnd first = lost;
        // A failure after a loss is reported as that loss, which the kernel reports once.
        return first == null || first.status == failure.status()
                ? NetErrors.of(describe(operation), failure)
                : NetErrors.of(describe(operation), first.status, first.nativeCode);
    }

    /** Records a failed call; returns false if this side's close caused the failure. */
    @SuppressWarnings("ReferenceEquality") // There are two directions.
    boolean noteLost(ReadyWaiter side, SystemCallException failure) {
        Status status = failure.status();
        if (status == Status.CLOSED_LOCALLY || !isOpen()) {
            return false;
        }
        if (side == reading || isLoss(status)) {
            noteLost(status, failure.nativeCode());
        }
        return true;
    }

    /** Returns true if no more bytes can arrive after a call of either direction failed so. */
    private static boolean isLoss(Status status) {
        return switch (status) {
            case RESET, ABORTED, TIMED_OUT, UNREACHABLE -> true;
            default -> false;
        };
    }

    /** Keeps the first cause. A waiting reader then looks at bytes that arrived before. */
    private void noteLost(Status status, int nativeCode) {
        synchronized (this) {
            if (lost == null) {
                lost = StreamEnd.of(status, nativeCode);
            }
        }
        signalAll();
    }

    /** Records a loss that the port reported. */
    NetException lostBy(String operation, Status status, int nativeCode) {
        if (status == Status.CLOSED_LOCALLY || !isOpen()) {
            return closed(operation);
        }
        noteLost(status, nativeCode);
        StreamEnd first = lost;
        assert first != null : "a loss was recorded";
        return NetErrors.of(describe(operation), first.status, first.nativeCode);
    }

    /** Fails if an end of the stream is due to a loss, or to the close of the port. */
    void requireCleanEnd() throws NetException {
        if (poller.isStopping()) {
            // The peer may be a connection of the same group.
            throw closed("read");
        }
        requireNotLost();
    }

    void requireNotLost() throws NetException {
        StreamEnd first = lost;
        if (first != null) {
            throw NetErrors.of(describe("read"), first.status, first.nativeCode);
        }
    }

    /** The port no longer reports readiness: threads that wait for it fail instead. */
    void unwatched(Status status, int nativeCode) {
        if (status == Status.CLOSED_LOCALLY) {
            closeWithPort();
        } else {
            noteLost(status, nativeCode);
        }
        signalAll();
    }

    /** Records that a write failed half way: an end of the stream would make it look whole. */
    void notePartialWrite(NetException failure) {
        if (isOpen() && lost == null) {
            partialWrite = failure.status();
        }
    }

    /** Records that the rest of that write was sent. */
    void endPartialWrite() {
        partialWrite = null;
    }

    /** Returns true if the connection is open, not lost, and no write failed half way. */
    boolean isIntact() {
        return isOpen() && lost == null && partialWrite == null && !poller.isStopping();
    }

    boolean isWritePartial() {
        return partialWrite != null;
    }

    /** Fails if the stream must not end as if it were whole. */
    void requireWholeWrites(String operation) throws NetException {
        Status reason = partialWrite;
        if (reason != null) {
            String why = ": an earlier write failed half way (" + NetErrors.text(reason) + ")";
            throw new NetException(describe(operation) + why, reason, 0);
        }
    }

    // ---- close ---------------------------------------------------------------------------------

    /**
     * Begins to close; after a partial write a graceful close becomes an abort.
     *
     * @param discardUnread run on the port's thread before the close is submitted
     * @return how it ended, or null if a close was begun before
     */
    @Nullable
    CompletableFuture<Status> close(CloseMode asked, Duration bound, Runnable discardUnread) {
        boolean aborts = partialWrite != null && asked == CloseMode.GRACEFUL;
        CloseMode mode = aborts ? CloseMode.ABORT : asked;
        if (!beginClose()) {
            return null;
        }
        Cleanable watch = leakWatch;
        if (watch != null) {
            watch.clean();
        }
        CompletableFuture<Status> done = new CompletableFuture<>();
        reading.wake();
        writing.wake();
        boolean taken = poller.execute(() -> {
            try {
                discardUnread.run();
                submitClose(mode, bound, done);
            } catch (RuntimeException | Error failure) {
                // No thread may wait for ever, even if the port's thread has no memory.
                ended();
                done.complete(Status.OUT_OF_MEMORY);
                throw failure;
            }
        });
        if (!taken) {
            closed(mode, Status.CLOSED_LOCALLY, done);
        }
        return done;
    }

    private void submitClose(CloseMode mode, Duration bound, CompletableFuture<Status> done) {
        poller.submitWrites();
        endTimers();
        Activity present = activity;
        Heartbeat heartbeat = present == null ? null : present.heartbeat();
        if (heartbeat != null) {
            heartbeat.end();
        }
        if (!socket.isOpen()) {
            closed(mode, Status.CLOSED_LOCALLY, done);
            return;
        }
        Close close = switch (mode) {
            case GRACEFUL -> Close.graceful(socket, bound);
            case IMMEDIATE -> Close.immediate(socket);
            case ABORT -> Close.abort(socket);
        };
        if (mode == CloseMode.GRACEFUL) {
            lingering = close;
        }
        poller.port().submit(
                close.onCompletion(ended -> closed(mode, ended.status(), done)));
    }

    private void closed(CloseMode mode, Status ended, CompletableFuture<Status> done) {
        Status reason = partialWrite;
        Status status = ended == Status.OK && reason != null ? reason : ended;
        ended();
        Endpoints endpoints = endpoints();
        StreamEnd first = lost;
        EventRecorder.closed(endpoints, mode, status, first == null ? null : first.status);
        LOG.debug("closed {}: {} {}", endpoints, mode, status);
        done.complete(status);
    }

    private void ended() {
        CompletableFuture<Void> awaited;
        synchronized (this) {
            endClose();
            awaited = whenClosed;
        }
        lingering = null;
        if (awaited != null) {
            awaited.complete(null);
        }
    }

    /** Returns a future that completes when the socket of a closing connection is released. */
    public synchronized CompletableFuture<Void> whenClosed() {
        assert !isOpen() : "no close was begun";
        CompletableFuture<Void> present = whenClosed;
        if (present == null) {
            present = isClosed()
                    ? CompletableFuture.completedFuture(null)
                    : new CompletableFuture<>();
            whenClosed = present;
        }
        return present;
    }

    /** Turns what is left of a graceful close into an abort. */
    void endLingering() {
        ask(() -> {
            Close close = lingering;
            if (close != null && close.isPending()) {
                poller.port().cancel(close);
            }
        });
    }

    /**
     * Runs a task on the port's thread, unless the port is closed. Must not hold a lock that the port's
     * thread takes: the port's queue may be full.
     */
    void ask(Runnable task) {
        boolean asked = poller.execute(task);
        assert asked || poller.isStopping() : "an open port took no task";
    }

    // ---- operations ----------------------------------------------------------------------------

    /** Submits an operation on the port's thread and waits until it has ended. */
    void submit(String operation, Supplier<? extends Operation<?>> created) throws NetException {
        Status status = submitAndAwait(operation, created);
        if (isLoss(status)) {
            throw lostBy(operation, status, 0);
        }
        if (status != Status.OK) {
            throw NetErrors.of(describe(operation), status, 0);
        }
    }
}
