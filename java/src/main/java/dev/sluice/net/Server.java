package dev.sluice.net;

import dev.sluice.Status;
import dev.sluice.internal.net.serving.ServerLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Serves the connections of a listener, each on a virtual thread of its own, and bounds their number.
 * Set the options before {@link #start}; any thread may call every other method.
 *
 * <pre>{@code
 * Server server = Server.on(listener, handler).maxConnections(10_000).start();
 * ...
 * Server.Report report = server.stop(Duration.ofSeconds(30));
 * }</pre>
 *
 * <p><b>Close.</b> When a handler returns, its connection is closed: the peer gets all written bytes
 * and the end of the stream, and has the time of {@link #linger} to take them. When a handler throws,
 * its connection is reset, so that the peer does not take a part of an answer for the whole. A handler
 * that reports a failure to the peer closes the connection itself, or returns.
 *
 * <p><b>Failures.</b> A failed accept, or a connection for which no thread can be started, does not
 * end the server. It retries after a pause that grows from 10 milliseconds to a second. The log has
 * one line when the failures begin and one when they have ended. {@link ListenerOptions#patience}
 * bounds how long accepts may fail before the listener is closed.
 */
public final class Server {
    private static final int DEFAULT_MAX_CONNECTIONS = 65_536;
    private static final Duration DEFAULT_LINGER = Duration.ofSeconds(10);
    private static final Duration RUN_GRACE = Duration.ofSeconds(10);

    private final Listener listener;
    private final ConnectionHandler handler;

    // Guarded by this.

    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private Duration linger = DEFAULT_LINGER;

    /** Created by the start, or by a stop without one. */
    private volatile @Nullable ServerLoop loop;

    /**
     * How the connections of a server ended. Each accepted connection is counted once, under what
     * happened first. Connections that their peers reset before they were accepted are not counted.
     *
     * @param finished connections whose handlers returned
     * @param lost connections whose handlers threw a loss of the connection, or something that a loss
     *     caused: a reset by the peer, as many clients do with a connection that they kept alive, or
     *     a time-out of the network ({@link ConnectionLostException}, {@link Status#TIMED_OUT})
     * @param failed connections whose handlers threw something else, before the stop or within its
     *     grace; or for which no handler could be started
     * @param aborted connections that this side reset: the grace was over or the group was closed;
     *     also those without a handler when the listener was closed, and those whose handlers still
     *     run
     */
    public record Report(long finished, long lost, long failed, long aborted) {}

    private Server(Listener listener, ConnectionHandler handler) {
        this.listener = listener;
        this.handler = handler;
    }

    /**
     * Creates a server, which does not accept before {@link #start}.
     *
     * @param listener closed by the server when it stops
     * @param handler serves one connection, which is closed when it returns and reset when it throws
     * @return a server with the default options
     */
    public static Server on(Listener listener, ConnectionHandler handler) {
        return new Server(listener, handler);
    }

    /**
     * Bounds the number of connections, each from its accept until its socket is released; further
     * ones wait in the backlog. Connections that {@linkplain #linger linger} count. While a new one
     * waits, connections that have lingered for a second are reset, the oldest first.
     *
     * @param connections 1 or more; the default is 65,536
     * @return this server
     * @throws IllegalArgumentException if the number is less than 1
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server maxConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException(
                    "at most " + connections + " connections: use 1 or more");
        }
        requireNotBegun("the bound");
        maxConnections = connections;
        return this;
    }

    /**
     * Bounds how long a connection stays after its handler has returned, for the peer to take the
     * written bytes and to end its side. A connection that the handler closed itself has the time of
     * that close.
     *
     * @param time zero or more; the default is 10 seconds. With zero the connection is closed at
     *     once, and a peer that still sends may be reset before it has read everything
     * @return this server
     * @throws IllegalArgumentException if the time is negative
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server linger(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("linger " + time + ": use 0 or more");
        }
        requireNotBegun("the lingering time");
        linger = time;
        return this;
    }

    private void requireNotBegun(String what) {
        if (loop != null) {
            throw new IllegalStateException(
                    what + " of a server that was started or stopped: set it before");
        }
    }

    /** Creates the loop; null if it exists. */
    private synchronized @Nullable ServerLoop begin() {
        if (loop != null) {
            return null;
        }
        ServerLoop created = new ServerLoop(
                listener, listener.acceptor(), listener.serving(handler), maxConnections, linger);
        loop = created;
        return created;
    }

    /**
     * Starts to accept connections on a virtual thread, and returns.
     *
     * @return this server
     * @throws IllegalStateException if it was started or stopped before
     */
    public Server start() {
        ServerLoop created = begin();
        if (created == null) {
            throw new IllegalStateException(
                    "the server of " + listener + " was started or stopped before: make another");
        }
        created.start();
        return this;
    }

    /** Accepts on this thread until the listener is closed or the thread is interrupted, then stops. */
    Report run() {
        ServerLoop created = begin();
        assert created != null : "a new server has begun";
        created.run();
        // The interrupt ended accepting; it does not shorten the grace.
        boolean interrupted = Thread.interrupted();
        try {
            return stop(RUN_GRACE);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Returns the number of connections whose handlers run. Those that only {@linkplain #linger
     * linger} do not count.
     *
     * @return 0 or more
     */
    public int active() {
        ServerLoop begun = loop;
        return begun == null ? 0 : begun.active();
    }

    /**
     * Stops: closes the listener and waits for the handlers. After the grace it interrupts the threads
     * of the remaining handlers, aborts their connections, and waits for them at most ten seconds. A
     * handler that still runs then counts as aborted and keeps its thread. An interrupt of the calling
     * thread ends the grace, not the wait after it.
     *
     * @param grace how long handlers may continue; zero aborts at once
     * @return how all accepted connections ended
     */
    public Report stop(Duration grace) {
        ServerLoop created = begin();
        if (created != null) {
            created.neverRuns();
        }
        ServerLoop begun = loop;
        assert begun != null : "a server without a loop";
        ServerLoop.Counts ended = begun.stop(grace);
        return new Report(ended.finished(), ended.lost(), ended.failed(), ended.aborted());
    }
}
