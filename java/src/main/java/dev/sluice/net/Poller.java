package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortFailedException;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One port, and the thread that owns it and polls it for those who wait for its sockets. */
abstract sealed class Poller permits ReadinessPoller, CompletionPoller, PortThreadPoller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private static final long UNTIL_TASKS_RAN_NANOS = 1_000_000;

    /** Bound on the threads that poll. */
    private static final ScopedValue<Poller> ON_A_PORT = ScopedValue.newInstance();

    static {
        FailureLog.prepare();
    }

    private final CompletionPort port;
    private final Thread thread;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Whether the port tells of each change of readiness once it was asked. */
    private final boolean tellsEdges;

    private final Set<Acceptor> intakes = ConcurrentHashMap.newKeySet();

    /** For connections to which bytes come by themselves; replaced by tests before there are any. */
    private volatile ReceiveBudget receiveBudget =
            new ReceiveBudget(ReceiveBudget.defaultOfGroup());

    private volatile boolean stopping;

    /** Why the port failed, if it did. */
    private volatile @Nullable PortFailedException failure;

    Poller(CompletionPort port, Thread.Builder builder, @Nullable Thread carrier) {
        this.port = port;
        this.tellsEdges = port.backend() != Backend.IOCP;
        this.thread = builder.unstarted(() -> ScopedValue.where(ON_A_PORT, this).run(this::run));
        if (carrier == null) {
            port.handOver(thread);
        } else {
            port.handOver(thread, carrier);
        }
    }

    static Poller open(PortOptions options, String name) throws SystemCallException {
        CompletionPort port = CompletionPort.open(batched(options));
        Poller poller = port.backend() == Backend.IO_URING
                ? new CompletionPoller(port, name)
                : new ReadinessPoller(port, name);
        poller.start();
        return poller;
    }

    /** One that also runs the threads of its connections. */
    static Poller openThreadPerPort(PortOptions options, String name) throws SystemCallException {
        PortThread carrier = PortThread.open(name + "-carrier");
        CompletionPort port = CompletionPort.open(batched(options));
        Poller poller = new PortThreadPoller(port, carrier, name);
        poller.start();
        return poller;
    }

    /** Whose bytes come without a call of their own may be as many as come at once. */
    private static PortOptions batched(PortOptions options) {
        boolean completion = options.backend().orElse(null) == Backend.IO_URING;
        return completion ? options : ReadinessPoller.inBatches(options);
    }

    void start() {
        thread.start();
    }

    // ---- on any thread -------------------------------------------------------------------------

    CompletionPort port() {
        return port;
    }

    boolean tellsEdges() {
        return tellsEdges;
    }

    boolean isStopping() {
        return stopping;
    }

    /** How a call fails on what was closed; with the cause if that was the end of the port. */
    NetException closed(String what) {
        PortFailedException cause = failure;
        return cause == null
                ? NetException.of(what, Status.CLOSED_LOCALLY, 0)
                : NetException.of(what, cause);
    }

    Thread thread() {
        return thread;
    }

    /** Makes threads for its connections. */
    Thread.Builder.OfVirtual threads() {
        return Thread.ofVirtual();
    }

    /** How the bytes of a connection come in. */
    abstract ReadSide inlet(ConnectionState wire);

    /** What the connections share that keep bytes. */
    ReceiveBudget receiveBudget() {
        return receiveBudget;
    }

    void receiveBudget(ReceiveBudget budget) {
        receiveBudget = budget;
    }

    /** Where writes may be left for the port's thread; null if each thread makes its own calls. */
    @Nullable
    WriteBatch outbox() {
        return null;
    }

    /**
     * Runs a task on the port's thread, which it must not block; false once the port is closed. Waits
     * while as many tasks wait there as may: so whoever calls holds no lock that the port's threads
     * need. These threads never wait, since they may be waited for: there a virtual thread does.
     */
    boolean execute(Runnable task) {
        boolean interrupted = false;
        boolean taken = offer(task);
        while (!taken && !stopping) {
            if (ON_A_PORT.isBound()) {
                Thread.startVirtualThread(() -> execute(task));
                return true;
            }
            LockSupport.parkNanos(this, UNTIL_TASKS_RAN_NANOS);
            interrupted |= Thread.interrupted();
            taken = offer(task);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return taken;
    }

    /**
     * As {@link #execute(Runnable)}, for those that have more to do once the port is closed: of the
     * two exactly one is run, the other one on any thread.
     */
    void execute(Runnable task, Runnable otherwise) {
        if (offer(task)) {
            return;
        }
        if (ON_A_PORT.isBound() && !stopping) {
            Thread.startVirtualThread(() -> execute(task, otherwise));
        } else if (!execute(task)) {
            otherwise.run();
        }
    }

    /** As {@link #execute(Runnable)}, but does not wait: false also while as many tasks wait as may. */
    boolean offer(Runnable task) {
        if (stopping) {
            return false;
        }
        try {
            port.execute(task);
            return true;
        } catch (RejectedExecutionException refused) {
            LOG.debug("a task was refused", refused);
            return false;
        }
    }

    /** Something that ends with the port, also if nothing of it is in flight there. */
    void endsWithPort(Acceptor intake) {
        intakes.add(intake);
    }

    void hasEnded(Acceptor intake) {
        intakes.remove(intake);
    }

    /** Asks that the port be closed with all its sockets, which does not wait for peers. */
    void stop() {
        stopping = true;
        port.wakeup();
    }

    /** Returns when the port is closed. */
    void close() {
        stop();
        ended.join();
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void run() {
        // Made now: where memory is short there may be none for it.
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
            // Also if the log itself failed: nobody may wait for a port that has no thread.
            stopping = true;
            try {
                abortAll();
                port.close();
            } finally {
                try {
                    stopped();
                    intakes.forEach(Acceptor::end);
                } finally {
                    ended.complete(null);
                }
            }
        }
    }

    /**
     * Resets the connections that were not closed, so that no peer takes a part for the whole.
     * Closes that were submitted before go first. A port that failed does the same by itself.
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

    /** Wakes the thread that waits for this direction. */
    void wake(ReadyWaiter direction) {
        direction.wake();
    }

    /** Polls once and lets those run whom it woke. */
    abstract void turn();

    /** The port is closed: nobody may be left asleep. */
    abstract void stopped();
}
