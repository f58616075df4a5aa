package dev.sluice.internal.net.ports;

import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.Futures;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.net.NetException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket of a port whose calls other threads make: whether it is open, its two directions, and how
 * a thread waits until one of them is ready.
 */
public abstract class PortSocket {
    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;

    private static final VarHandle STATE = state();

    /** The poller of the port. */
    public final Poller poller;

    /** Only the port's thread may use it, except for calls that do not block. */
    public final NativeSocket socket;

    /** The direction of receives. */
    public final ReadyWaiter reading;

    /** The direction of sends. */
    public final ReadyWaiter writing;

    private volatile int state = OPEN;

    // Created for the first wait with a time-out, by the thread that waits.

    private volatile @Nullable WaitTimer readTimer;
    private volatile @Nullable WaitTimer writeTimer;

    // One-shot polls, created when first needed; of the port's thread.

    private @Nullable Readiness readable;
    private @Nullable Readiness writable;

    /** Creates an open socket with its two directions. */
    protected PortSocket(
            Poller poller, NativeSocket socket, ReadyWaiter reading, ReadyWaiter writing) {
        this.poller = poller;
        this.socket = socket;
        this.reading = reading;
        this.writing = writing;
    }

    private static VarHandle state() {
        try {
            return MethodHandles.lookup().findVarHandle(PortSocket.class, "state", int.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    /** Returns the operation and the addresses, for a message. */
    public abstract String describe(String operation);

    // ---- open and closed -----------------------------------------------------------------------

    /** Returns true until this side closes the socket. */
    public final boolean isOpen() {
        return state == OPEN;
    }

    /** Begins a close; false if another one was begun before. */
    protected final boolean beginClose() {
        return STATE.compareAndSet(this, OPEN, CLOSING);
    }

    /** Closes the socket because its port is closed; an explicit close goes its own way. */
    protected final void closeWithPort() {
        STATE.compareAndSet(this, OPEN, CLOSED);
    }

    /** Ends a close. */
    protected final void endClose() {
        state = CLOSED;
    }

    /** Returns true once the descriptor is released. */
    protected final boolean isClosed() {
        return state == CLOSED;
    }

    /** Returns the exception for a call after the end of the socket or its port. */
    public final NetException closed(String operation) {
        return poller.closed(describe(operation));
    }

    // ---- waiting -------------------------------------------------------------------------------

    /** Returns the nanoseconds until the deadline; fails if something ends the call already. */
    public final long check(ReadyWaiter side, String operation) throws NetException {
        requireRunning(operation);
        long left = Long.MAX_VALUE;
        long deadline = side.deadlineNanos();
        if (deadline != ReadyWaiter.NO_DEADLINE) {
            left = deadline - System.nanoTime();
            if (left <= 0) {
                deadlinePassed(operation);
                throw NetErrors.of(describe(operation), Status.DEADLINE, 0);
            }
        }
        return left;
    }

    private void requireRunning(String operation) throws NetException {
        if (state != OPEN || poller.isStopping()) {
            // Also for a call that never waits: its thread may hold the carrier thread on which the
            // port must end.
            throw closed(operation);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw NetErrors.of(describe(operation), Status.CANCELLED, 0);
        }
    }

    /** Records that a deadline ended a call. */
    protected void deadlinePassed(String operation) {}

    /**
     * Parks until a call may succeed.
     *
     * @param edges true if the port reports each change of this direction; else it is asked once
     */
    public final void await(ReadyWaiter side, String operation, boolean edges)
            throws NetException {
        ReadinessRequest request = null;
        if (!edges) {
            request = new ReadinessRequest(side);
            if (!poller.execute(request)) {
                throw closed(operation);
            }
        }
        side.registerCurrentThread();
        while (!side.isReady()) {
            Throwable failure = request == null ? null : request.failure;
            if (failure != null) {
                throw failed(operation, failure);
            }
            if (!park(side, operation)) {
                return;
            }
        }
    }

    private NetException failed(String operation, Throwable failure) {
        if (failure instanceof LimitExceededException exhausted) {
            return NetErrors.of(describe(operation), exhausted);
        }
        boolean memory = failure instanceof OutOfMemoryError;
        return NetErrors.of(
                describe(operation), memory ? Status.OUT_OF_MEMORY : Status.UNKNOWN, 0);
    }

    /**
     * Parks once; the caller then looks again at what it waits for.
     *
     * @return false if the caller must try the system call itself before it parks again
     */
    public boolean park(ReadyWaiter side, String operation) throws NetException {
        if (!parkUntilWoken(side, operation)) {
            parkAtMost(side, check(side, operation));
        }
        return true;
    }

    /**
     * Parks once without a look at the clock, if no time bounds the wait, or if the port's thread will
     * look at the direction in time; else it returns false.
     */
    protected final boolean parkUntilWoken(ReadyWaiter side, String operation)
            throws NetException {
        requireRunning(operation);
        long due = dueNanos(side);
        if (due != ReadyWaiter.NO_DEADLINE) {
            WaitTimer timer = timer(side);
            if (timer == null || !timer.looksBy(due)) {
                return false;
            }
        }
        LockSupport.park(this);
        return true;
    }

    /**
     * Parks for so many nanoseconds, or without a bound for {@link Long#MAX_VALUE}. The timed park of a
     * platform thread is one system call, as the untimed one; that of a virtual thread passes through a
     * thread of the JDK, so the port's thread wakes it instead.
     */
    protected final void parkAtMost(ReadyWaiter side, long nanos) {
        boolean woken = nanos == Long.MAX_VALUE
                || (Thread.currentThread().isVirtual() && timerOf(side).requestLook());
        if (woken) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Returns when a wait must end, or {@link ReadyWaiter#NO_DEADLINE}. */
    protected long dueNanos(ReadyWaiter side) {
        return side.deadlineNanos();
    }

    /** Creates the timer of a direction. */
    protected WaitTimer newTimer(ReadyWaiter side) {
        return new WaitTimer(poller, side);
    }

    @SuppressWarnings("ReferenceEquality") // There are two directions.
    private @Nullable WaitTimer timer(ReadyWaiter side) {
        return side == reading ? readTimer : writeTimer;
    }

    @SuppressWarnings("ReferenceEquality") // There are two directions.
    private WaitTimer timerOf(ReadyWaiter side) {
        WaitTimer present = timer(side);
        if (present == null) {
            present = newTimer(side);
            if (side == reading) {
                readTimer = present;
            } else {
                writeTimer = present;
            }
        }
        return present;
    }

    /** On the port's thread: ends the timers of a socket that closes. */
    protected final void endTimers() {
        endTimer(readTimer);
        endTimer(writeTimer);
    }

    private static void endTimer(@Nullable WaitTimer timer) {
        if (timer != null) {
            timer.end();
        }
    }

    /** Asks the port for one report of readiness. */
    private final class ReadinessRequest implements Runnable {
        private final ReadyWaiter side;

        /** Why no report will come, such as a port without a free slot. */
        private volatile @Nullable Throwable failure;

        ReadinessRequest(ReadyWaiter side) {
            this.side = side;
        }

        /** On the port's thread. */
        @Override
        public void run() {
            try {
                Readiness poll = pollOf(side);
                if (socket.isOpen() && !poll.isPending()) {
                    poller.port().submit(poll);
                }
            } catch (LimitExceededException full) {
                fail(full);
            } catch (RuntimeException | Error thrown) {
                fail(thrown);
                throw thrown;
            }
        }

        private void fail(Throwable cause) {
            failure = cause;
            side.wake();
        }
    }

    @SuppressWarnings("ReferenceEquality") // There are two directions.
    private Readiness pollOf(ReadyWaiter side) {
        Readiness present = side == reading ? readable : writable;
        if (present != null) {
            return present;
        }
        Readiness created =
                side == reading ? Readiness.readable(socket) : Readiness.writable(socket);
        created.onCompletion(done -> side.signal());
        if (side == reading) {
            readable = created;
        } else {
            writable = created;
        }
        return created;
    }

    // ---- calls that only the port's thread may make --------------------------------------------

    /** A call on the socket. */
    @FunctionalInterface
    public interface Call<T> {
        /** Runs on the port's thread. */
        T run() throws SystemCallException;
    }

    /** Runs a call on the port's thread and waits for its result. */
    public final <T> T call(String operation, Call<T> call) throws NetException {
        CompletableFuture<T> result = new CompletableFuture<>();
        if (!isOpen() || !poller.execute(() -> run(operation, call, result))) {
            throw closed(operation);
        }
        return Futures.await(describe(operation), result);
    }

    private <T> void run(String operation, Call<T> call, CompletableFuture<T> result) {
        try {
            if (socket.isOpen()) {
                result.complete(call.run());
            } else {
                result.completeExceptionally(closed(operation));
            }
        } catch (SystemCallException failure) {
            result.completeExceptionally(NetErrors.of(describe(operation), failure));
        } catch (RuntimeException | Error failure) {
            result.completeExceptionally(failure);
        }
    }

    /**
     * Submits an operation on the port's thread and waits until it has ended.
     *
     * @param operation names it in messages
     * @param created called on the port's thread
     */
    protected final Status submitAndAwait(
            String operation, Supplier<? extends Operation<?>> created) throws NetException {
        CompletableFuture<Status> done = new CompletableFuture<>();
        if (!isOpen() || !poller.execute(() -> submit(operation, created, done))) {
            done.complete(Status.CLOSED_LOCALLY);
        }
        return Futures.await(describe(operation), done);
    }

    private void submit(String operation, Supplier<? extends Operation<?>> created,
            CompletableFuture<Status> done) {
        try {
            poller.submitWrites();
            if (!socket.isOpen()) {
                done.complete(Status.CLOSED_LOCALLY);
                return;
            }
            Operation<?> submitted = created.get();
            submitted.onCompletion(ended -> done.complete(ended.status()));
            poller.port().submit(submitted);
        } catch (LimitExceededException exhausted) {
            done.completeExceptionally(NetErrors.of(describe(operation), exhausted));
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
            throw failure;
        }
    }
}
