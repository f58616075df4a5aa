package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.Delay;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner.Cleanable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a call on a connection cannot go on, and how the connection is given back. The part of a {@link
 * ConnectionState} that deals with ends; one object, since there may be very many that wait.
 */
abstract sealed class Ending permits ConnectionState {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;

    private static final VarHandle STATE = state();

    final Poller poller;
    final NativeSocket socket;
    private final Address local;
    private final Address remote;
    private volatile int state = OPEN;

    /** How the connection was lost, once a call learned it; the system tells only once. */
    private volatile @Nullable Status lost;

    /** Ends the watch for a drop, where there is one; set before a user has the connection. */
    @Nullable
    Cleanable watch;

    private volatile int lostCode;
    private volatile @Nullable Activity activity;
    private volatile @Nullable Thread heartbeat;

    /** How a write failed that had sent a part of its bytes: the stream cannot end well any more. */
    private volatile @Nullable Status cut;

    /** The graceful close under way; of the port's thread. */
    private @Nullable Close lingering;

    /** Made for the first wait for the end; guarded by this. */
    private @Nullable CompletableFuture<Void> whenClosed;

    Ending(Poller poller, NativeSocket socket, Address local, Address remote) {
        this.poller = poller;
        this.socket = socket;
        this.local = local;
        this.remote = remote;
    }

    /** Something may be possible in both directions. */
    abstract void signalAll();

    /** On the port's thread: gives back what has come and was not read. */
    abstract void discardUnread();

    /** Lets whoever waits in either direction look again. */
    abstract void wakeDirections();

    private static VarHandle state() {
        try {
            return MethodHandles.lookup().findVarHandle(Ending.class, "state", int.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    Address local() {
        return local;
    }

    Address remote() {
        return remote;
    }

    Endpoints route() {
        return new Endpoints(local, remote);
    }

    String describe(String operation) {
        return operation + " " + route();
    }

    // ---- while it is open ----------------------------------------------------------------------

    boolean isOpen() {
        return state == OPEN;
    }

    /** What a report of a dropped connection calls it; null if it is closed. */
    @Nullable
    String openName() {
        return state == OPEN && !poller.isStopping() ? route().toString() : null;
    }

    /** Bytes moved, if the count is positive. */
    void moved(long count) {
        Activity seen = activity;
        if (seen != null && count > 0) {
            seen.beat();
        }
    }

    /** The record of when it was used, kept from the first question on. */
    synchronized Activity activity() {
        Activity present = activity;
        if (present == null) {
            present = new Activity();
            activity = present;
        }
        return present;
    }

    /** Nanoseconds until a deadline ends the call; throws if something has ended it already. */
    long check(ReadyWaiter side, String operation) throws NetException {
        if (state != OPEN || poller.isStopping()) {
            throw poller.closed(describe(operation));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw NetException.of(describe(operation), Status.CANCELLED, 0);
        }
        long left = Long.MAX_VALUE;
        long deadline = side.deadlineNanos;
        if (deadline != ReadyWaiter.NO_DEADLINE) {
            left = deadline - System.nanoTime();
            if (left <= 0) {
                Recording.deadline(operation, route(), "deadline");
                throw NetException.of(describe(operation), Status.DEADLINE, 0);
            }
        }
        return left;
    }

    /**
     * Parks once; the caller looks again at what it waits for.
     *
     * @return false if nothing was reported for as long as the connection may be idle. Then the
     *     caller looks at the socket itself, since the port's thread may be behind; if it finds
     *     nothing either, the next call fails
     */
    boolean park(ReadyWaiter side, String operation) throws NetException {
        long left = check(side, operation);
        Activity seen = activity;
        if (seen != null && seen.idleNanos != Long.MAX_VALUE) {
            boolean writes = side instanceof WriteSide;
            long idleLeft = seen.leftNanos(seen.idleNanos);
            if (idleLeft <= 0 && seen.shallLook(writes)) {
                return false;
            }
            if (idleLeft <= 0 || (writes && seen.leftUntilSample() <= 0)) {
                requireNotIdle(seen, operation);
                return true; // The question may have used up the wake-up of this thread.
            }
            left = Math.min(left, writes ? Math.min(idleLeft, seen.leftUntilSample()) : idleLeft);
        }
        if (left == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    /** What the peer takes of that which the system has already is traffic too. */
    private void requireNotIdle(Activity seen, String operation) throws NetException {
        seen.sample(ask(operation, socket::unacknowledgedBytes));
        if (seen.leftNanos(seen.idleNanos) <= 0) {
            Recording.deadline(operation, route(), "idle");
            throw new DeadlineException(
                    describe(operation) + ": idle for " + Duration.ofNanos(seen.idleNanos),
                    Status.DEADLINE, 0);
        }
    }

    /**
     * Returns when the port's thread has handled what the system had ready, and what was left with
     * the port before: a handler that computes may have kept it from that.
     */
    void awaitPort(String operation) throws NetException {
        // What was left with the port is submitted after its first turn.
        for (int turn = 0; turn < 2; turn++) {
            carryOut(operation, () -> new Delay(Duration.ZERO));
        }
    }

    void wakeAll() {
        wakeDirections();
        LockSupport.unpark(heartbeat);
    }

    /** Makes this the thread of the heartbeat, woken when the connection ends; the one before. */
    synchronized @Nullable Thread heartbeat(Thread thread) {
        Thread before = heartbeat;
        heartbeat = thread;
        return before;
    }

    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    boolean isHeartbeat(Thread thread) {
        return heartbeat == thread;
    }

    /** What a system call said, remembered for the reader, who must not take it for an end. */
    NetException failed(ReadyWaiter side, String operation, SystemCallException failure) {
        if (!noteLost(side, failure)) {
            return poller.closed(describe(operation));
        }
        Status first = lost;
        // A failure after a loss is reported as that loss: the system names it once.
        return first == null || first == failure.status()
                ? NetException.of(describe(operation), failure)
                : NetException.of(describe(operation), first, lostCode);
    }

    /** Remembers how a call failed; false if that was because of our close. */
    boolean noteLost(ReadyWaiter side, SystemCallException failure) {
        Status status = failure.status();
        if (status == Status.CLOSED_LOCALLY || state != OPEN) {
            return false;
        }
        if (side instanceof ReadSide || isLoss(status)) {
            noteLost(status, failure.nativeCode());
        }
        return true;
    }

    /** Whether nothing can come any more after a call of any direction ended so. */
    private static boolean isLoss(Status status) {
        return switch (status) {
            case RESET, ABORTED, TIMED_OUT, UNREACHABLE -> true;
            default -> false;
        };
    }

    /** The first cause is the true one. A read that waits looks at what had come before. */
    private void noteLost(Status status, int nativeCode) {
        synchronized (this) {
            if (lost == null) {
                lostCode = nativeCode;
                lost = status;
            }
        }
        signalAll();
    }

    /** The port said how the connection was lost. */
    NetException lostBy(String operation, Status status, int nativeCode) {
        if (status == Status.CLOSED_LOCALLY || state != OPEN) {
            return poller.closed(describe(operation));
        }
        noteLost(status, nativeCode);
        Status first = lost;
        return NetException.of(describe(operation), first == null ? status : first, lostCode);
    }

    /** An end of the stream after a failure of the connection is none. */
    void requireCleanEnd() throws NetException {
        if (poller.isStopping()) {
            // The peer may have been a connection of the same group.
            throw poller.closed(describe("read"));
        }
        requireNotLost();
    }

    void requireNotLost() throws NetException {
        Status gone = lost;
        if (gone != null) {
            throw NetException.of(describe("read"), gone, lostCode);
        }
    }

    /** The port cannot tell of readiness any more: whoever would wait for it fails instead. */
    void unwatched(Status status, int nativeCode) {
        if (status == Status.CLOSED_LOCALLY) {
            // With the port, if the connection itself was not closed before.
            STATE.compareAndSet(this, OPEN, CLOSED);
        } else {
            noteLost(status, nativeCode);
        }
        signalAll();
    }

    // ---- ending it -----------------------------------------------------------------------------

    /** Begins a close that nobody waits for; does nothing if one was begun before. */
    void end(CloseMode mode, Duration bound) {
        CompletableFuture<Status> done = close(mode, bound);
        assert done != null || !isOpen() : "neither closed nor closing";
    }

    /** Remembers that a write failed half way: an end of the stream would make it look whole. */
    void cutShort(NetException failure) {
        if (state == OPEN && lost == null) {
            cut = failure.status();
        }
    }

    /** Fails if the writing side cannot end well. */
    void requireNotCut(String operation) throws NetException {
        Status reason = cut;
        if (reason != null) {
            String why = ": a write before failed half way (" + Causes.text(reason) + ")";
            throw new NetException(describe(operation) + why, reason, 0);
        }
    }

    /** How a close ended, or null if there was one; after a write cut short it is an abort. */
    @Nullable
    CompletableFuture<Status> close(CloseMode asked, Duration bound) {
        CloseMode mode = cut != null && asked == CloseMode.GRACEFUL ? CloseMode.ABORT : asked;
        if (!STATE.compareAndSet(this, OPEN, CLOSING)) {
            return null;
        }
        Cleanable watching = watch;
        if (watching != null) {
            watching.clean();
        }
        CompletableFuture<Status> done = new CompletableFuture<>();
        wakeAll();
        boolean taken = poller.execute(() -> {
            try {
                submitClose(mode, bound, done);
            } catch (RuntimeException | Error failure) {
                // Nobody may wait for ever, however short of memory the port's thread is.
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
        discardUnread();
        submitWrites();
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
        Status reason = cut;
        Status status = ended == Status.OK && reason != null ? reason : ended;
        ended();
        Endpoints route = route();
        Recording.closed(route, mode, status, lost);
        LOG.debug("closed {}: {} {}", route, mode, status);
        done.complete(status);
    }

    private void ended() {
        CompletableFuture<Void> awaited;
        synchronized (this) {
            state = CLOSED;
            awaited = whenClosed;
        }
        lingering = null;
        if (awaited != null) {
            awaited.complete(null);
        }
    }

    /** Of a connection that is being closed: done when its socket was given back. */
    synchronized CompletableFuture<Void> whenClosed() {
        assert state != OPEN : "nobody closes it";
        CompletableFuture<Void> present = whenClosed;
        if (present == null) {
            present = state == CLOSED
                    ? CompletableFuture.completedFuture(null)
                    : new CompletableFuture<>();
            whenClosed = present;
        }
        return present;
    }

    /** Runs a task when the socket was given back, on any thread; it must not block. */
    void onceClosed(Runnable task) {
        CompletableFuture<Void> ran = whenClosed().thenRun(task);
        assert !ran.isCompletedExceptionally() : "a task that failed";
    }

    /** Lets a graceful close wait for the peer no longer: what is left of it becomes an abort. */
    void endLingering() {
        boolean asked = poller.execute(() -> {
            Close close = lingering;
            if (close != null && close.isPending()) {
                poller.port().cancel(close);
            }
        });
        assert asked || poller.isStopping() : "a port that is open took no task";
    }

    // ---- calls that the port's thread must make ----------------------------------------------------

    /** Carries out an operation on the port's thread and waits for its end. */
    void carryOut(String what, Supplier<? extends Operation<?>> operation) throws NetException {
        Status status = Futures.await(describe(what), done -> {
            if (!isOpen() || !poller.execute(() -> submit(what, operation, done))) {
                done.complete(Status.CLOSED_LOCALLY);
            }
        });
        if (isLoss(status)) {
            throw lostBy(what, status, 0);
        }
        if (status != Status.OK) {
            throw NetException.of(describe(what), status, 0);
        }
    }

    /** Asks the port's thread for something that it knows at once. */
    <T> T ask(String what, PortCall<T> question) throws NetException {
        return Futures.await(describe(what), answer -> {
            boolean taken = isOpen() && poller.execute(() -> answer(what, question, answer));
            if (!taken) {
                answer.completeExceptionally(
                        poller.closed(describe(what)));
            }
        });
    }

    private <T> void answer(String what, PortCall<T> question, CompletableFuture<T> answer) {
        try {
            if (!socket.isOpen()) {
                throw poller.closed(describe(what));
            }
            answer.complete(question.ask());
        } catch (SystemCallException failure) {
            answer.completeExceptionally(NetException.of(describe(what), failure));
        } catch (NetException | RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
        }
    }

    /** What was written before comes before what is submitted now. */
    private void submitWrites() {
        WriteBatch outbox = poller.outbox();
        if (outbox != null) {
            outbox.submit();
        }
    }

    private void submit(
            String what, Supplier<? extends Operation<?>> made, CompletableFuture<Status> done) {
        try {
            submit(what, made.get(), done);
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
            throw failure;
        }
    }

    private void submit(
            String what, Operation<?> operation, CompletableFuture<Status> done) {
        submitWrites();
        if (!socket.isOpen()) {
            done.complete(Status.CLOSED_LOCALLY);
            return;
        }
        operation.onCompletion(ended -> done.complete(ended.status()));
        try {
            poller.port().submit(operation);
        } catch (LimitExceededException refused) {
            done.completeExceptionally(NetException.of(describe(what), refused));
        }
    }
}
