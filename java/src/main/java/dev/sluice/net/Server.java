package dev.sluice.net;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener with a virtual thread for each of its connections, and a bound on how many there are.
 *
 * <pre>{@code
 * Server server = Server.on(listener, handler).maxConnections(10_000).start();
 * ...
 * Server.Report report = server.stop(Duration.ofSeconds(30));
 * }</pre>
 *
 * <p><b>Ends.</b> When a handler returns, its connection is closed: the peer gets all written bytes
 * and the end of the stream, and has the time of {@link #linger} to take them. When a handler
 * throws, its connection is reset, so that the peer does not take a part of an answer for the
 * whole. A handler that reports a failure to the peer closes the connection itself, or returns.
 *
 * <p><b>Failures.</b> A failed accept, or a connection that cannot be started, does not end the
 * server. It retries after a pause that grows from 10 milliseconds to a second. The log has one
 * line when the failures begin and one when they have ended. {@link ListenerOptions#patience}
 * bounds how long accepts may fail before the listener is closed.
 */
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final int MOST = 65_536;
    private static final int MOST_CAUSES = 16;
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** As long may a connection linger in any case, also when its place is wanted. */
    private static final Duration LEAST_LINGER = Duration.ofSeconds(1);

    private final Listener listener;
    private final ConnectionHandler handler;

    /** Connections whose handlers run. */
    private final ActiveConnections active = new ActiveConnections();

    /** Connections whose handlers have ended, until their sockets are given back. */
    private final ActiveConnections lingering = new ActiveConnections();

    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();

    /** Whether it was started, or stopped instead. */
    private final AtomicBoolean begun = new AtomicBoolean();

    private final CompletableFuture<Void> accepting = new CompletableFuture<>();
    private final Backoff backoff;
    private Semaphore places = new Semaphore(MOST);
    private Duration linger = Connection.CLOSE_BOUND;
    private volatile boolean aborting;

    /**
     * How the connections of a server ended. Each that was accepted is counted once, under what happened
     * first. Those that their peers reset before they were accepted are not counted.
     *
     * @param finished their handlers returned
     * @param lost their handlers threw that a connection was lost: the peer reset it, as many clients
     *     do with one that they kept alive, or the network gave up ({@link ConnectionLostException},
     *     or {@link Status#TIMED_OUT}); also as the cause of what was thrown
     * @param failed their handlers threw something else, before the server was stopped or within the
     *     time it gave; or no handler could be started
     * @param aborted this side reset them, since the time was over or their group was closed; also
     *     those that had no handler yet when the listener was closed, and those whose handlers have
     *     not ended
     */
    public record Report(long finished, long lost, long failed, long aborted) {}

    private Server(Listener listener, ConnectionHandler handler) {
        this.listener = listener;
        this.handler = handler;
        this.backoff = new Backoff(LOG, "a connection of " + listener + " cannot be begun");
    }

    /**
     * A server that does not yet run.
     *
     * @param listener closed by the server when it stops
     * @param handler serves one connection, which is closed when it returns, and reset when it throws
     * @return to be started
     */
    public static Server on(Listener listener, ConnectionHandler handler) {
        return new Server(listener, handler);
    }

    /**
     * Bounds the number of connections, each from its accept until its socket is given back;
     * further ones wait in the backlog. Connections that {@linkplain #linger linger} count. While a
     * new one waits for a place, those that have lingered for a second are reset, the oldest first.
     *
     * @param connections 1 or more; 65,536 unless set
     * @return this server
     * @throws IllegalStateException if it was started or stopped
     */
    public Server maxConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException(

                    "at most " + connections + " connections: use 1 or more");
        }
        requireNotBegun("the bound");
        places = new Semaphore(connections);
        return this;
    }

    /**
     * Bounds how long a connection stays after its handler has returned, for the peer to take the
     * written bytes and to end its side. A connection that the handler closed itself has the time
     * of that close.
     *
     * @param time zero or more, 10 seconds unless set; with zero the connection is closed at once,
     *     and a peer that still sends may be reset before it has read everything
     * @return this server
     * @throws IllegalStateException if it was started or stopped
     */
    public Server linger(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("linger " + time + ": use 0 or more");
        }
        requireNotBegun("the lingering time");
        linger = time;
        return this;
    }

    private void requireNotBegun(String what) {
        if (begun.get()) {
            throw new IllegalStateException(
                    what + " of a server that was started or stopped: set it before");
        }
    }

    /**
     * Serves in the background.
     *
     * @return this server
     * @throws IllegalStateException if it was started or stopped before
     */
    public Server start() {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "the server of " + listener + " was started or stopped before: make another");
        }
        boolean started = false;
        try {
            Poller poller = listener.intake().poller();
            poller.threads().name("sluice-server").start(this::acceptAll);
            started = true;
        } finally {
            if (!started) {
                accepting.complete(null);
            }
        }
        return this;
    }

    /** Serves until the listener is closed or the thread interrupted, then stops with ten seconds. */
    Report run() {
        begun.set(true);
        acceptAll();
        // The interrupt that ended accepting is no impatience with those who are served.
        boolean interrupted = Thread.interrupted();
        try {
            return stop(GRACE);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- accepting -----------------------------------------------------------------------------

    private void acceptAll() {
        boolean ended = false;
        try {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = awaitPlace() && serveNext();
            }
            ended = true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            ended = true;
        } finally {
            accepting.complete(null);
            if (!ended) {
                // Not even the pause before the next try was possible.
                LOG.error("{} is closed, since no connection can be begun", listener);
                listener.close();
            }
        }
    }

    /** False when the listener was closed meanwhile, which no place tells. */
    private boolean awaitPlace() throws InterruptedException {
        boolean free = places.tryAcquire();
        while (!free) {
            if (!listener.isOpen()) {
                return false;
            }
            ActiveConnections.Entry oldest =
                    lingering.removeOldest(TimeUnit.NANOSECONDS.convert(LEAST_LINGER));
            if (oldest != null) {
                oldest.connection.wire().endLingering();
            }
            free = places.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    /** False when there will be no more. The place is the connection's, or free again. */
    private boolean serveNext() throws InterruptedException {
        Connection connection;
        try {
            connection = listener.take();
        } catch (CancelledException | ClosedException end) {
            places.release();
            LOG.debug("{} takes no more", listener, end);
            return false;
        } catch (NetException failure) {
            // The listener has logged it, and tries again when this one asks.
            places.release();
            return true;
        } catch (RuntimeException | Error failure) {
            places.release();
            return pauseAfter(failure);
        }
        try {
            begin(connection);
            backoff.succeeded();
            return true;
        } catch (RuntimeException | Error failure) {
            return pauseAfter(failure);
        }
    }

    /** False if the listener was closed for it. */
    private boolean pauseAfter(Throwable failure) throws InterruptedException {
        long pauseNanos =
                backoff.failed(failure.toString(), failure instanceof VirtualMachineError);
        if (backoff.persists(listener.intake().patience())) {
            LOG.error("{} is closed after {}", listener, backoff.giveUp(), failure);
            listener.close();
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(pauseNanos);
        return true;
    }

    private void begin(Connection connection) {
        Service service = null;
        boolean started = false;
        try {
            service = new Service(connection);
            active.add(service);
            service.start();
            started = true;
        } finally {
            if (!started) {
                connection.abort();
                if (service != null) {
                    active.remove(service);
                }
                failed.incrementAndGet();
                connection.wire().onceClosed(places::release);
            }
        }
    }

    // ---- serving -------------------------------------------------------------------------------

    /**
     * One connection and its handler. While the handler waits these frames wait too, so there are few,
     * and what must be remembered in them is little.
     */
    private final class Service extends ActiveConnections.Entry implements Runnable {
        private final Thread thread;

        Service(Connection connection) {
            super(connection);
            Poller poller = connection.wire().poller;
            thread = poller.threads().name("sluice-connection").unstarted(this);
        }

        void start() {
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
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
        ConnectionState wire = service.connection.wire();
        AtomicLong kind = failed;
        try {
            if (failure == null) {
                boolean zero = linger.isZero();
                wire.end(zero ? CloseMode.IMMEDIATE : CloseMode.GRACEFUL, linger);
                kind = aborting ? aborted : finished;
            } else {
                wire.end(CloseMode.ABORT, linger);
                kind = threw(service.connection, failure);
            }
        } finally {
            active.remove(service, kind);
            lingering.add(service);
            wire.onceClosed(() -> {
                lingering.remove(service);
                places.release();
            });
        }
    }

    /** Logs why a handler ended; what its connection counts as. */
    private AtomicLong threw(Connection connection, Throwable failure) {
        boolean endedHere = aborting || connection.wire().poller.isStopping();
        boolean wasLost = isLoss(failure);
        boolean wasAborted = !wasLost && endedHere && isOwnEnd(failure);
        boolean isDeadline = failure instanceof DeadlineException;
        if (wasLost || wasAborted || isDeadline) {
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

    /** Whether it says that the connection was closed on this side, or the thread interrupted. */
    private static boolean isOwnEnd(Throwable failure) {
        return causes(failure).anyMatch(cause -> cause instanceof ClosedException
                || cause instanceof CancelledException
                || cause instanceof InterruptedException
                || cause instanceof ClosedByInterruptException);
    }

    /** A failure and what it was caused by, without end only if somebody made a ring of them. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES);
    }

    /**
     * Connections whose handlers run now; those that only {@linkplain #linger linger} are not among
     * them.
     *
     * @return 0 or more
     */
    public int active() {
        return active.size();
    }

    // ---- stopping ------------------------------------------------------------------------------

    /**
     * Stops: closes the listener and gives handlers a time to finish. Then it interrupts the
     * threads of the remaining handlers, aborts their connections, and waits at most ten seconds
     * for them to end. A handler that has not ended by then counts as aborted and keeps its thread.
     * An interrupt of the calling thread ends the time that handlers have, not the wait after it.
     *
     * @param grace how long handlers may continue; zero aborts at once
     * @return how all connections ended that were ever accepted
     */
    public Report stop(Duration grace) {
        listener.close();
        if (begun.compareAndSet(false, true)) {
            accepting.complete(null);
        }
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
        long untaken = listener.intake().untaken();
        return new Report(finished.get(), lost.get(), failed.get(), aborted.get() + untaken);
    }

    /** Returns when all handlers have ended, or do not; whether it was interrupted meanwhile. */
    private boolean abortAll() {
        aborting = true;
        List<ActiveConnections.Entry> left = active.entries();
        left.forEach(each -> ((Service) each).interrupt());
        left.forEach(each -> each.connection.abort());
        boolean interrupted = false;
        long endNanos = System.nanoTime() + GRACE.toNanos();
        boolean ended = false;
        long waitNanos = GRACE.toNanos();
        while (!ended && waitNanos > 0) {
            try {
                ended = active.awaitEmpty(Duration.ofNanos(waitNanos));
            } catch (InterruptedException again) {
                interrupted = true;
            }
            waitNanos = endNanos - System.nanoTime();
        }
        List<ActiveConnections.Entry> endless = active.entries();
        endless.forEach(each -> active.remove(each, aborted));
        if (!endless.isEmpty()) {
            LOG.warn("{} handlers of {} do not end", endless.size(), listener);
        }
        return interrupted;
    }
}
