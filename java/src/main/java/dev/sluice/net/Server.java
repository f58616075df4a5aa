package dev.sluice.net;

import dev.sluice.Status;
import dev.sluice.internal.net.serving.ServerLoop;
import dev.sluice.internal.net.serving.ServerSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the connections of a listener, each on a virtual thread of its own, and limits their
 * number and buffered bytes. Set the options before {@link #start}; any thread may call every other
 * method.
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
    private static final Duration RUN_GRACE = Duration.ofSeconds(10);

    private final Listener listener;
    private final ConnectionHandler handler;

    /** Guarded by this. */
    private ServerSettings settings = ServerSettings.DEFAULT;

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
     * @param aborted connections that this side reset: a limit was reached ({@link
     *     Statistics#refused}, {@link Statistics#abortedIdle}), the grace was over or the group was
     *     closed; also those without a handler when the listener was closed, and those whose
     *     handlers still run
     */
    public record Report(long finished, long lost, long failed, long aborted) {}

    /**
     * What a server holds at one moment, and what it did at its limits since its start.
     *
     * @param active connections whose handlers run
     * @param lingering connections whose handlers have returned, until their sockets are released
     * @param addresses peer addresses with connections; 0 without {@link #maxConnectionsPerAddress}
     * @param keptBytes what {@link #maxKeptBytes} bounds
     * @param full true while a limit is reached: it was reached within the last second
     * @param refused connections that were reset when they came, because a limit was reached
     * @param abortedIdle idle connections that were reset in favour of new ones, or for the bytes that
     *     they kept ({@link OverloadPolicy#ABORT_OLDEST_IDLE})
     */
    public record Statistics(int active, int lingering, int addresses, long keptBytes, boolean full,
            long refused, long abortedIdle) {}

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
     * Bounds the number of connections, each from its accept until its socket is released; {@link
     * #whenFull} says what happens to further ones. Connections that {@linkplain #linger linger}
     * count. While a new one waits, connections that have lingered for a second are reset, the oldest
     * first.
     *
     * @param connections 1 or more; the default is one per 8 KiB of heap ({@link
     *     Runtime#maxMemory}), at least 1,024 and at most 65,536 (16,384 with 128 MiB)
     * @return this server
     * @throws IllegalArgumentException if the number is less than 1
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server maxConnections(int connections) {
        requirePositive(connections, " connections");
        return with(settings.maxConnections(connections), "the bound");
    }

    /**
     * Bounds the number of connections of one peer address, each from its accept until its socket
     * is released. A further one is reset at once, regardless of {@link #whenFull}, because the
     * backlog is one queue for all addresses.
     *
     * <p>Each IPv4 address is counted separately; IPv6 addresses are counted by /64 prefix, since
     * one host can use any address of its network (RFC 4291, section 2.5.4). Peers of Unix sockets
     * do not count. The server keeps an entry for each address that has connections, and for no
     * other. Behind a proxy or a load balancer all connections have its address: set no limit
     * there.
     *
     * @param connections 1 or more; by default there is no limit
     * @return this server
     * @throws IllegalArgumentException if the number is less than 1
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server maxConnectionsPerAddress(int connections) {
        requirePositive(connections, " connections of an address");
        return with(settings.maxPerAddress(connections), "the bound for an address");
    }

    /**
     * Bounds the memory that the group of the listener keeps for readers and writers, all its
     * connections together: see {@link PortGroup#keptBytes}. While it is exceeded, {@link
     * #whenFull} applies to new connections. The server checks it at each new connection and, with
     * {@link OverloadPolicy#ABORT_OLDEST_IDLE}, once a second. {@link
     * PortGroup#maxUnreadBytes(long)} pauses receives sooner, so this limit is reached only if that
     * one was not enough.
     *
     * @param bytes 1 or more; the default is a quarter of the heap ({@link Runtime#maxMemory}), at
     *     least 4 MiB
     * @return this server
     * @throws IllegalArgumentException if the number is less than 1
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server maxKeptBytes(long bytes) {
        requirePositive(bytes, " kept bytes");
        return with(settings.maxKeptBytes(bytes), "the bound for kept bytes");
    }

    /**
     * Sets what happens to new connections while {@link #maxConnections} is reached or {@link
     * #maxKeptBytes} is exceeded. The log has one line at WARN when a limit is reached, and one
     * when it has not been reached for a second, with the number of connections that were reset
     * meanwhile.
     *
     * @param policy the default is {@link OverloadPolicy#STOP_ACCEPTING}
     * @return this server
     * @throws IllegalStateException if the server was started or stopped
     */
    public synchronized Server whenFull(OverloadPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(settings.whenFull(policy), "the policy");
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
        return with(settings.linger(time), "the lingering time");
    }

    private static void requirePositive(long number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException("at most " + number + what + ": use 1 or more");
        }
    }

    private Server with(ServerSettings changed, String what) {
        if (loop != null) {
            throw new IllegalStateException(
                    what + " of a server that was started or stopped: set it before");
        }
        settings = changed;
        return this;
    }

    /** Creates the loop; null if it exists. */
    private synchronized @Nullable ServerLoop begin() {
        if (loop != null) {
            return null;
        }
        ServerLoop created = new ServerLoop(
                listener, listener.acceptor(), listener.serving(handler), settings);
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
     * Returns what the server holds now, and what it did at its bounds.
     *
     * @return a snapshot; of zeros before the start
     */
    public Statistics statistics() {
        ServerLoop begun = loop;
        if (begun == null) {
            return new Statistics(0, 0, 0, 0, false, 0, 0);
        }
        ServerLoop.Snapshot now = begun.snapshot();
        return new Statistics(now.active(), now.lingering(), now.addresses(), now.keptBytes(),
                now.full(), now.refused(), now.abortedIdle());
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
