package dev.sluice.internal.net.serving;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import dev.sluice.internal.net.Backoff;
import dev.sluice.internal.net.accepting.Acceptor;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.CancelledException;
import dev.sluice.net.ClosedException;
import dev.sluice.net.ConnectionHandler;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.NetException;
import dev.sluice.net.TlsException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections and runs a handler for each, on a virtual thread of its own. */
public final class ServerLoop {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Server");

    private static final int MAX_CAUSES = 16;
    private static final Duration ABORT_BOUND = Duration.ofSeconds(10);

    /** The user's object, named in the log; it must not count as dropped while this runs. */
    private final Object listener;

    private final Acceptor acceptor;
    private final ConnectionHandler handler;

    private final Admission admission;
    private final Duration linger;

    /** Connections whose handlers run. */
    private final ActiveConnections active = new ActiveConnections();

    /** Connections whose handlers have ended, until their sockets are released. */
    private final ActiveConnections lingering = new ActiveConnections();

    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();

    private final CompletableFuture<Void> accepting = new CompletableFuture<>();
    private final Backoff backoff;
    private volatile boolean aborting;

    /** How the connections ended; the components of the public report. */
    public record Counts(long finished, long lost, long failed, long aborted) {}

    /** What the server holds now, and what it did at its bounds; the components of the public record. */
    public record Snapshot(int active, int lingering, int addresses, long keptBytes, boolean full,
            long refused, long abortedIdle) {}

    /** Creates a loop that does not accept yet. */
    public ServerLoop(Object listener, Acceptor acceptor, ConnectionHandler handler,
            ServerSettings settings) {
        this.listener = listener;
        this.acceptor = acceptor;
        this.handler = handler;
        this.admission = new Admission(LOG, listener, acceptor, settings, active, lingering);
        this.linger = settings.linger();
        this.backoff = new Backoff(LOG, "a connection of " + listener + " cannot be served");
    }

    /** Accepts on a virtual thread. */
    public void start() {
        boolean started = false;
        try {
            acceptor.poller().threads().name("sluice-server").start(this::run);
            started = true;
        } finally {
            if (!started) {
                accepting.complete(null);
            }
        }
    }

    /** Accepts until the listener is closed or the thread is interrupted. */
    public void run() {
        boolean ended = false;
        try {
            boolean more = true;
            while (more) {
                more = serveNext();
            }
            ended = true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            ended = true;
        } finally {
            accepting.complete(null);
            if (!ended) {
                // Not even the pause before the next attempt was possible.
                LOG.error("{} is closed, since no connection can be served", listener);
                acceptor.close();
            }
        }
    }

    // ---- accepting -----------------------------------------------------------------------------

    /** Returns false if there will be no more. */
    private boolean serveNext() throws InterruptedException {
        try {
            return admission.awaitRoom() && takeNext();
        } catch (RuntimeException | Error failure) {
            return pauseAfter(failure);
        }
    }

    private boolean takeNext() throws InterruptedException {
        SocketConnection connection = null;
        boolean more = false;
        try {
            connection = acceptor.take(admission.acceptNanos());
            more = true;
        } catch (CancelledException | ClosedException end) {
            LOG.debug("{} takes no more", listener, end);
            return false;
        } catch (NetException failure) {
            // The listener has logged it, and retries at the next call.
            more = true;
        } catch (RuntimeException | Error failure) {
            more = pauseAfter(failure);
        } finally {
            if (connection == null) {
                admission.noneCame();
            }
        }
        if (connection == null) {
            admission.enforce();
            return more;
        }
        if (admission.admit(connection)) {
            begin(connection);
            backoff.succeeded();
        }
        admission.check(); // Not before it is served or reset: a log that fails would keep it.
        return true;
    }

    /** Returns false if the listener was closed for it. */
    private boolean pauseAfter(Throwable failure) throws InterruptedException {
        long pauseNanos =
                backoff.failed(failure.toString(), failure instanceof VirtualMachineError);
        if (backoff.persists(acceptor.patience())) {
            LOG.error("{} is closed after {}", listener, backoff.endedWithSummary(), failure);
            acceptor.close();
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(pauseNanos);
        return true;
    }

    private void begin(SocketConnection connection) {
        Service service = null;
        boolean started = false;
        try {
            service = new Service(connection);
            active.add(service);
            service.thread.start();
            started = true;
        } finally {
            if (!started) {
                connection.abort();
                if (service != null) {
                    active.remove(service);
                }
                failed.incrementAndGet();
                releaseOnceClosed(connection, service);
            }
        }
    }

    private void releaseOnceClosed(SocketConnection connection, @Nullable Service service) {
        try {
            connection.onceClosed(() -> released(connection, service));
        } catch (OutOfMemoryError unregistered) {
            released(connection, service); // Early, for else its place would be lost.
            throw unregistered;
        }
    }

    private void released(SocketConnection connection, @Nullable Service service) {
        if (service != null) {
            lingering.remove(service);
        }
        admission.released(connection, service == null ? null : service.reset());
    }

    // ---- serving -------------------------------------------------------------------------------

    /**
     * A connection and its handler's thread. The frames of {@link #run} stay on the stack while the
     * handler waits, so there are few, with few variables.
     */
    private final class Service extends ActiveConnections.Entry implements Runnable {
        private final Thread thread;

        Service(SocketConnection connection) {
            super(connection);
            Poller poller = connection.poller();
            thread = poller.threads().name("sluice-connection").unstarted(this);
        }

        @Override
        public void run() {
            Throwable failure = null;
            try {
                handler.serve(connection);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            served(this, failure);
        }
    }

    private void served(Service service, @Nullable Throwable failure) {
        SocketConnection connection = service.connection;
        AtomicLong kind = failed;
        try {
            if (failure == null) {
                boolean zero = linger.isZero();
                connection.close(zero ? CloseMode.IMMEDIATE : CloseMode.GRACEFUL, linger);
                kind = aborting || service.isReset() ? aborted : finished;
            } else {
                connection.close(CloseMode.ABORT, linger);
                kind = logged(service, failure);
            }
        } finally {
            active.remove(service, kind);
            lingering.add(service);
            releaseOnceClosed(connection, service);
        }
    }

    /** Logs why a handler ended; returns the count for its connection. */
    private AtomicLong logged(Service service, Throwable failure) {
        SocketConnection connection = service.connection;
        boolean endedHere =
                aborting || service.isReset() || connection.poller().isStopping();
        boolean wasLost = isLoss(failure);
        boolean wasAborted = !wasLost && endedHere && isOwnEnd(failure);
        // Anyone who can connect can make these: the log must not have a line for each.
        boolean byThePeer = failure instanceof DeadlineException
                || causes(failure).anyMatch(cause -> cause instanceof TlsException);
        if (wasLost || wasAborted || byThePeer) {
            LOG.debug("{} failed", connection, failure);
        } else if (failure instanceof IOException) {
            LOG.warn("the handler of {} failed: {}", connection, failure.toString());
            LOG.debug("it failed here", failure);
        } else {
            LOG.error("the handler of {} failed", connection, failure);
        }
        return wasLost ? lost : wasAborted ? aborted : failed;
    }

    private static boolean isLoss(Throwable failure) {
        return causes(failure).anyMatch(cause -> cause instanceof ConnectionLostException
                || (cause instanceof NetException net && net.status() == Status.TIMED_OUT));
    }

    /** Returns true if this side closed the connection, or interrupted the thread. */
    private static boolean isOwnEnd(Throwable failure) {
        return causes(failure).anyMatch(cause -> cause instanceof ClosedException
                || cause instanceof CancelledException
                || cause instanceof InterruptedException
                || cause instanceof ClosedByInterruptException);
    }

    /** Returns a failure and its causes; the limit is for causes that form a ring. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES);
    }

    /** Returns the number of connections whose handlers run. */
    public int active() {
        return active.size();
    }

    /** Returns what it holds now, and what it did at its bounds. */
    public Snapshot snapshot() {
        return new Snapshot(active.size(), lingering.size(), admission.addresses(),
                admission.keptBytes(), admission.check(), admission.refused(),
                admission.abortedIdle());
    }

    // ---- stopping ------------------------------------------------------------------------------

    /** Records that the loop will never run, so that {@link #stop} does not wait for it. */
    public void neverRuns() {
        accepting.complete(null);
    }

    /** Stops: see {@link dev.sluice.net.Server#stop}. */
    public Counts stop(Duration grace) {
        acceptor.close();
        accepting.join();
        boolean interrupted = false;
        try {
            if (!active.awaitEmpty(grace)) {
                interrupted = abortAll();
            }
        } catch (InterruptedException impatient) {
            interrupted = true;
            boolean again = abortAll();
            LOG.debug("interrupted while stopping {}, again: {}", listener, again);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        admission.stopped();
        long reset = aborted.get() + acceptor.untaken() + admission.turnedAway();
        return new Counts(finished.get(), lost.get(), failed.get(), reset);
    }

    /** Aborts the rest and waits a bounded time; returns true if it was interrupted meanwhile. */
    private boolean abortAll() {
        aborting = true;
        List<ActiveConnections.Entry> left = active.entries();
        left.forEach(each -> ((Service) each).thread.interrupt());
        left.forEach(each -> each.connection.abort());
        boolean interrupted = false;
        long endNanos = System.nanoTime() + ABORT_BOUND.toNanos();
        boolean ended = false;
        long waitNanos = ABORT_BOUND.toNanos();
        while (!ended && waitNanos > 0) {
            try {
                ended = active.awaitEmpty(Duration.ofNanos(waitNanos));
            } catch (InterruptedException again) {
                interrupted = true;
            }
            waitNanos = endNanos - System.nanoTime();
        }
        List<ActiveConnections.Entry> running = active.entries();
        running.forEach(each -> active.remove(each, aborted));
        if (!running.isEmpty()) {
            LOG.warn("{} handlers of {} still run", running.size(), listener);
        }
        return interrupted;
    }
}
