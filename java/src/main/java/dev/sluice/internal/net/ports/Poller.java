package dev.sluice.internal.net.ports;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortFailedException;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.internal.net.FailureLog;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Capability;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port and the thread that owns it, which polls it for the threads that wait for its sockets. */
public abstract class Poller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** What a port offers to this layer and not to users. */
    private static final PortAccess<CompletionPort, NativeSocket, SystemCallException> ACCESS =
            PortAccess.get();

    private static final long QUEUE_FULL_PAUSE_NANOS = 1_000_000;

    /** Bound on the threads that poll. */
    private static final ScopedValue<Poller> ON_A_PORT = ScopedValue.newInstance();

    static {
        FailureLog.prepare();
    }

    private final CompletionPort port;
    private final Thread thread;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final boolean reportsEdges;
    private final boolean takesHeapMemory;

    /** Created for the first timer; of the port's thread. */
    private @Nullable PortTimers timers;

    /** Run once the port is closed. */
    private final Set<Runnable> closeActions = ConcurrentHashMap.newKeySet();

    /** Replaced by tests before there are connections. */
    private volatile ReceiveBudget receiveBudget =
            new ReceiveBudget(ReceiveBudget.defaultOfGroup());

    private volatile boolean stopping;

    /** Why the port failed, if it did. */
    private volatile @Nullable PortFailedException failure;

    /**
     * Hands the port over to a new thread.
     *
     * @param builder makes that thread
     * @param platformThread runs it, if it is a virtual thread that stays on one; else null
     */
    Poller(CompletionPort port, Thread.Builder builder, @Nullable Thread platformThread) {
        this.port = port;
        this.reportsEdges = has(Capability.REPORTS_EDGES);
        this.takesHeapMemory = has(Capability.TAKES_HEAP_MEMORY);
        this.thread = builder.unstarted(() -> ScopedValue.where(ON_A_PORT, this).run(this::run));
        if (platformThread == null) {
            port.handOver(thread);
        } else {
            ACCESS.handOver(port, thread, platformThread);
        }
    }

    void start() {
        thread.start();
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Returns the port; only its thread may use it, unless its documentation allows any thread. */
    public final CompletionPort port() {
        return port;
    }

    /** Returns true if the port's backend has a capability. */
    public final boolean has(Capability capability) {
        return has(port, capability);
    }

    static boolean has(CompletionPort port, Capability capability) {
        return ACCESS.has(port, capability);
    }

    /** Returns true if the backend that the options ask for has a capability. */
    static boolean asksFor(PortOptions options, Capability capability) {
        return options.backend()
                .map(backend -> ACCESS.has(backend.toString(), capability)).orElse(false);
    }

    /** See {@link PortAccess#unacknowledgedBytes}; on the port's thread. */
    public static long unacknowledgedBytes(NativeSocket socket) {
        return ACCESS.unacknowledgedBytes(socket);
    }

    /** See {@link PortAccess#tryReceive}. */
    public static long tryReceive(NativeSocket socket, MemorySegment heap, long length)
            throws SystemCallException {
        return ACCESS.tryReceive(socket, heap, length);
    }

    /** See {@link PortAccess#trySend}. */
    public static long trySend(NativeSocket socket, MemorySegment heap, long length)
            throws SystemCallException {
        return ACCESS.trySend(socket, heap, length);
    }

    /** See {@link PortAccess#trySend(Object, BufferVector)}. */
    public static long trySend(NativeSocket socket, BufferVector pieces)
            throws SystemCallException {
        return ACCESS.trySend(socket, pieces);
    }

    /** Returns true if {@link #tryReceive} and {@link #trySend} work on the port's sockets. */
    public final boolean takesHeapMemory() {
        return takesHeapMemory;
    }

    /** Returns true if one multishot operation reports each change of readiness. */
    public final boolean reportsEdges() {
        return reportsEdges;
    }

    /** Returns true once the port is being closed, or has failed. */
    public final boolean isStopping() {
        return stopping;
    }

    /** Returns the exception for a call on a closed object; its cause is the port's failure, if any. */
    public final NetException closed(String operation) {
        PortFailedException cause = failure;
        return cause == null
                ? NetErrors.of(operation, Status.CLOSED_LOCALLY, 0)
                : NetErrors.of(operation, cause);
    }

    /** Returns the thread that polls. */
    public final Thread thread() {
        return thread;
    }

    /** Returns a builder of threads for the connections of this port. */
    public Thread.Builder.OfVirtual threads() {
        return Thread.ofVirtual();
    }

    /** Returns true if the port receives for its connections; else reading threads do themselves. */
    public abstract boolean receivesByCompletion();

    /** Returns the bound on bytes that were received and not read. */
    public final ReceiveBudget receiveBudget() {
        return receiveBudget;
    }

    /** Replaces the bound; before there are connections. */
    public final void receiveBudget(ReceiveBudget budget) {
        receiveBudget = budget;
    }

    /** Returns where small writes may be left for the port's thread; null if there is no such place. */
    public @Nullable WriteBatch writeBatch() {
        return null;
    }

    /** Returns the memory of bytes that were received and not read, and of copies of writes. */
    public final long keptBytes() {
        WriteBatch batch = writeBatch();
        return receiveBudget.usedBytes() + (batch == null ? 0 : batch.usedBytes());
    }

    /** On the port's thread: submits what is in the batch, so that later operations follow it. */
    public final void submitWrites() {
        WriteBatch batch = writeBatch();
        if (batch != null) {
            batch.submit();
        }
    }

    /**
     * Before a call that a thread makes without a wait. Where the threads of a port share one carrier,
     * a thread that always finds its socket ready lets the others run now and then.
     */
    public void countCall(ReadyWaiter side) {}

    /**
     * Runs a task on the port's thread; the task must not block. While the port's task queue is full
     * this waits, so the caller must hold no lock that a port's thread takes. On a port's thread it
     * does not wait: a virtual thread does.
     *
     * @return false once the port is closed
     */
    public final boolean execute(Runnable task) {
        boolean interrupted = false;
        boolean taken = offer(task);
        while (!taken && !stopping) {
            if (ON_A_PORT.isBound()) {
                Thread.startVirtualThread(() -> execute(task));
                return true;
            }
            LockSupport.parkNanos(this, QUEUE_FULL_PAUSE_NANOS);
            interrupted |= Thread.interrupted();
            taken = offer(task);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return taken;
    }

    /**
     * As {@link #execute(Runnable)}, with an alternative for a closed port. Exactly one of the two
     * runs, the alternative on any thread.
     */
    public final void execute(Runnable task, Runnable ifClosed) {
        if (offer(task)) {
            return;
        }
        if (ON_A_PORT.isBound() && !stopping) {
            Thread.startVirtualThread(() -> execute(task, ifClosed));
        } else if (!execute(task)) {
            ifClosed.run();
        }
    }

    /**
     * As {@link #execute(Runnable)}, but returns false instead of waiting for the queue. A test
     * overrides it to have no memory for a task.
     */
    public boolean offer(Runnable task) {
        if (stopping) {
            return false;
        }
        try {
            port.execute(task);
            return true;
        } catch (RejectedExecutionException full) {
            LOG.debug("a task was rejected", full);
            return false;
        }
    }

    /** Runs an action once the port is closed, whether or not an operation is pending. */
    public final void onClose(Runnable action) {
        closeActions.add(action);
    }

    /** Removes an action, the same object. */
    public final void removeOnClose(Runnable action) {
        closeActions.remove(action);
    }

    /** Asks the port's thread to close the port with all its sockets, without waiting for peers. */
    public final void stop() {
        stopping = true;
        port.wakeup();
    }

    /** Closes the port and waits until it is closed. */
    public final void close() {
        stop();
        ended.join();
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void run() {
        // Built now: without memory it could not be built later.
        String failed = "a task or handler of " + thread.getName() + " failed";
        try {
            while (!stopping) {
                try {
                    turn();
                } catch (PortFailedException lasting) {
                    failure = lasting;
                    stopping = true;
                    FailureLog.error(LOG, thread.getName() + " ends with all its sockets: "
                            + lasting.getMessage(), lasting);
                } catch (RuntimeException | Error thrown) {
                    FailureLog.error(LOG, failed, thrown);
                }
            }
        } finally {
            // Also if logging failed: no thread may wait for a port without a thread.
            stopping = true;
            try {
                abortAll();
                port.close();
            } finally {
                try {
                    stopped();
                    closeActions.forEach(Runnable::run);
                } finally {
                    ended.complete(null);
                }
            }
        }
    }

    /**
     * Resets the connections that were not closed, so that no peer takes a part for the whole.
     * Closes that were submitted before come first. A port that failed does the same by itself.
     */
    private void abortAll() {
        if (failure != null) {
            return;
        }
        try {
            int events = port.poll(0);
            LOG.debug("{} ends after {} events", thread.getName(), events);
        } catch (RuntimeException | Error thrown) {
            FailureLog.error(LOG, "a handler failed at the end of its port", thrown);
        }
        try {
            for (NativeSocket socket : port.sockets()) {
                port.submit(Close.abort(socket));
            }
        } catch (RuntimeException | Error thrown) {
            FailureLog.error(LOG, "connections end without a reset", thrown);
        }
    }

    /** Returns the timers of the port. */
    public final PortTimers timers() {
        PortTimers present = timers;
        if (present == null) {
            present = new PortTimers();
            timers = present;
        }
        return present;
    }

    /**
     * Delivers events, then runs the timers that are due: bytes win against a deadline.
     *
     * @param mayWait true to wait for an event or a timer
     */
    final void poll(boolean mayWait) {
        PortTimers known = timers;
        long waitNanos = known == null ? CompletionPort.FOREVER : known.waitNanos();
        try {
            port.poll(mayWait ? waitNanos : 0);
        } finally {
            PortTimers present = timers; // A task may have created them.
            if (present != null) {
                present.runDue();
            }
        }
    }

    /** Wakes the thread that waits for this direction. */
    public void wake(ReadyWaiter side) {
        side.wake();
    }

    /** Polls once and lets the woken threads run. */
    abstract void turn();

    /** Wakes every thread that still waits for the closed port. */
    abstract void stopped();
}
