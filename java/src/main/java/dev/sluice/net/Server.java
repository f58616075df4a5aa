package dev.sluice.net;

import dev.sluice.Status;
import java.io.IOException;
import java.time.Duration;
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
 * Server server = Server.on(listener, handler).most(10_000).start();
 * ...
 * Server.Report report = server.stop(Duration.ofSeconds(30));
 * }</pre>
 */
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final int MOST = 65_536;
    private static final int MOST_CAUSES = 16;
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Listener listener;
    private final ConnectionHandler handler;
    private final Roster active = new Roster();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();
    /** Whether it was started, or stopped instead. */
    private final AtomicBoolean begun = new AtomicBoolean();

    private final CompletableFuture<Void> accepting = new CompletableFuture<>();
    private Semaphore places = new Semaphore(MOST);
    private int most = MOST;
    private volatile boolean aborting;

    /**
     * How the connections of a server ended. Each is counted once, under what happened first.
     *
     * @param finished their handlers returned
     * @param lost their handlers threw that a connection was lost: the peer reset it, as many clients
     *     do with one that they kept alive, or the network gave up ({@link ConnectionLostException},
     *     or {@link Status#TIMED_OUT}); also as the cause of what was thrown
     * @param failed their handlers threw something else, before the server was stopped or within the
     *     time it gave
     * @param aborted this side reset them, since the time was over
     */
    public record Report(long finished, long lost, long failed, long aborted) {}

    private Server(Listener listener, ConnectionHandler handler) {
        this.listener = listener;
        this.handler = handler;
    }

    /**
     * A server that does not yet run.
     *
     * @param listener closed by the server when it stops
     * @param handler serves one connection, which is closed when it returns
     * @return to be started
     */
    public static Server on(Listener listener, ConnectionHandler handler) {
        return new Server(listener, handler);
    }

    /**
     * Bounds how many connections are served at once; more wait in the backlog.
     *
     * @param connections 1 or more; 65,536 unless set
     * @return this server
     * @throws IllegalStateException if it was started or stopped
     */
    public Server most(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("most " + connections + ": use 1 or more");
        }
        if (begun.get()) {
            throw new IllegalStateException(
                    "the bound of a server that was started or stopped: set it before");
        }
        most = connections;
        places = new Semaphore(connections);
        return this;
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
        listener.threads().name("sluice-server").start(this::acceptAll);
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

    private void acceptAll() {
        try {
            while (true) {
                if (!awaitPlace()) {
                    return;
                }
                boolean taken = false;
                try {
                    Connection connection = listener.take();
                    taken = true;
                    begin(connection);
                } catch (NetException failure) {
                    if (!failure.isTemporary()) {
                        LOG.debug("{} takes no more", listener, failure);
                        return;
                    }
                    LOG.warn("{} goes on", listener, failure);
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                } finally {
                    if (!taken) {
                        places.release();
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            accepting.complete(null);
        }
    }

    /** False when the listener was closed meanwhile, which no place tells. */
    private boolean awaitPlace() throws InterruptedException {
        while (!places.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
            if (!listener.isOpen()) {
                return false;
            }
        }
        return true;
    }

    private void begin(Connection connection) {
        Service service = new Service(connection);
        active.add(service);
        connection.threads().name("sluice-connection").start(service);
    }

    /**
     * One connection and its handler. While the handler waits these frames wait too, so there are few,
     * and what must be remembered in them is little.
     */
    private final class Service extends Roster.Entry implements Runnable {
        Service(Connection connection) {
            super(connection);
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
        try {
            if (failure == null) {
                (aborting ? aborted : finished).incrementAndGet();
            } else {
                threw(service.connection, failure);
            }
        } finally {
            service.connection.close();
            active.remove(service);
            places.release();
        }
    }

    private void threw(Connection connection, Throwable failure) {
        boolean wasLost = isLoss(failure);
        boolean wasAborted = !wasLost && aborting && isOwnClose(failure);
        (wasLost ? lost : wasAborted ? aborted : failed).incrementAndGet();
        if (wasLost || wasAborted || failure instanceof IOException) {
            LOG.debug("{} failed", connection, failure);
        } else {
            LOG.error("the handler of {} failed", connection, failure);
        }
    }

    private static boolean isLoss(Throwable failure) {
        return causes(failure).anyMatch(cause -> cause instanceof ConnectionLostException
                || (cause instanceof NetException net && net.status() == Status.TIMED_OUT));
    }

    private static boolean isOwnClose(Throwable failure) {
        return causes(failure).anyMatch(ClosedException.class::isInstance);
    }

    /** A failure and what it was caused by, without end only if somebody made a ring of them. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES);
    }

    /**
     * Connections that are served now.
     *
     * @return 0 or more
     */
    public int active() {
        return active.size();
    }

    /**
     * Stops: closes the listener, lets connections finish for a time, then aborts those that are left
     * and waits for their handlers, at most for ten seconds. An interrupt of the calling thread ends the
     * time that connections have, not the wait for the handlers of those that were aborted.
     *
     * @param grace how long handlers may go on; zero aborts at once
     * @return how the connections ended
     */
    public Report stop(Duration grace) {
        listener.close();
        if (begun.compareAndSet(false, true)) {
            accepting.complete(null);
        }
        accepting.join();
        if (!awaitAll(grace)) {
            aborting = true;
            active.connections().forEach(Connection::abort);
            boolean interrupted = Thread.interrupted();
            if (!awaitAll(GRACE)) {
                LOG.warn("{} handlers of {} do not end", active.size(), listener);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return new Report(finished.get(), lost.get(), failed.get(), aborted.get());
    }

    private boolean awaitAll(Duration time) {
        try {
            if (places.tryAcquire(
                    most, TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS)) {
                places.release(most);
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
