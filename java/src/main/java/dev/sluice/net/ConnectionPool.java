package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.internal.net.pool.Pool;
import dev.sluice.internal.net.pool.PoolSnapshot;
import dev.sluice.internal.net.pool.PooledConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Connections of a client that are used again, for protocols of requests and answers. Any number of
 * threads may acquire at the same time.
 *
 * <pre>{@code
 * try (ConnectionPool pool = ConnectionPool.of(Dialer.DEFAULT).maxPerAddress(8)) {
 *     try (ConnectionPool.Lease lease = pool.acquire("example.org:7777")) {
 *         lease.connection().write(request);
 *         lease.connection().readFully(answer);
 *         lease.reuse(); // the answer is whole
 *     }
 * }
 * }</pre>
 *
 * <p><b>Which connections come back.</b> Only those for which {@link Lease#reuse} was called. So an
 * exchange that fails half way resets its connection, and no later one reads its late answer.
 *
 * <p><b>What is checked.</b> Before an idle connection is given out: it was not idle for too long and is
 * not too old, the peer has neither closed it nor sent anything meanwhile, and it was not lost. Where the
 * port reports each change, that takes no system call. A peer may still close it a moment later, so a
 * request that may be sent twice is best tried again by {@link Retry}.
 *
 * <p><b>Bounds.</b> Connections in use, idle and being dialled count. A thread that finds no place waits;
 * those of one address are served in the order of their arrival, and a place of the total goes to the one
 * that came first of all those whose own address has a place. If need be, the connection of another
 * address that was idle for longest is closed for it.
 *
 * <p>Idle connections are closed in time by a virtual thread, which runs only while there are some. Their
 * heartbeat, idle time-out and options are those that the last user set; deadlines are removed.
 */
public final class ConnectionPool implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 256;
    private static final int MAX_PER_ADDRESS = 16;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(30);

    private final Dialer dialer;
    private final Pool pool;
    private volatile long acquireNanos = TimeUnit.NANOSECONDS.convert(ACQUIRE_TIMEOUT);

    private ConnectionPool(Dialer dialer, Pool pool) {
        this.dialer = dialer;
        this.pool = pool;
    }

    /**
     * Makes an empty pool.
     *
     * @param dialer dials every connection, over TLS if it has {@link Dialer#tls}; its timeout and deadline
     *     apply within the time of {@link #acquire}
     * @return a pool, which the caller closes
     */
    public static ConnectionPool of(Dialer dialer) {
        return new ConnectionPool(dialer, new Pool(System::nanoTime, MAX_CONNECTIONS,
                MAX_PER_ADDRESS, TimeUnit.NANOSECONDS.convert(IDLE_TIMEOUT), Pool.FOREVER));
    }

    // ---- options -------------------------------------------------------------------------------

    /**
     * Bounds the connections to all addresses together. The default is 256. May be changed at any time;
     * connections above a lower bound end as they are released.
     *
     * @param connections 1 or more
     * @return this pool
     * @throws IllegalArgumentException if the number is zero or less
     */
    public ConnectionPool maxConnections(int connections) {
        pool.maxOpen(positive(connections));
        return this;
    }

    /**
     * Bounds the connections to each address. The default is 16. May be changed at any time, as {@link
     * #maxConnections}.
     *
     * @param connections 1 or more
     * @return this pool
     * @throws IllegalArgumentException if the number is zero or less
     */
    public ConnectionPool maxPerAddress(int connections) {
        pool.maxOpenPerAddress(positive(connections));
        return this;
    }

    private static int positive(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException(
                    "a pool of " + connections + " connections: use 1 or more");
        }
        return connections;
    }

    /**
     * Closes connections that nobody has used for this long. The default is 30 seconds; it should be
     * less than the time after which the peer closes them.
     *
     * @param timeout more than zero
     * @return this pool
     * @throws IllegalArgumentException if the timeout is zero or less
     */
    public ConnectionPool idleTimeout(Duration timeout) {
        pool.idleNanos(nanos(timeout, "idle timeout of a pool"));
        return this;
    }

    /**
     * Closes connections of this age once nobody uses them, so that a changed address of a name is noticed.
     * The default is no bound.
     *
     * @param age since the dial, more than zero
     * @return this pool
     * @throws IllegalArgumentException if the age is zero or less
     */
    public ConnectionPool maxAge(Duration age) {
        pool.ageNanos(nanos(age, "age of a connection"));
        return this;
    }

    /**
     * Bounds {@link #acquire}, with its wait and its dial. The default is 30 seconds.
     *
     * @param timeout more than zero
     * @return this pool
     * @throws IllegalArgumentException if the timeout is zero or less
     */
    public ConnectionPool acquireTimeout(Duration timeout) {
        acquireNanos = nanos(timeout, "acquire");
        return this;
    }

    private static long nanos(Duration time, String what) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + ": " + time + ": use more than zero");
        }
        return TimeUnit.NANOSECONDS.convert(time);
    }

    // ---- acquiring -----------------------------------------------------------------------------

    /**
     * Returns an idle connection, or dials one; waits while there is no place for another one.
     *
     * @param address as in {@link Dialer#dial(String)}; connections are shared by the text of the address
     * @return a lease, which the caller closes
     * @throws DeadlineException if none became free, or the dial did not end, within {@link
     *     #acquireTimeout}
     * @throws CancelledException if the thread was interrupted
     * @throws ClosedException if the pool is closed
     * @throws NetException as {@link Dialer#dial(String)}
     * @throws IllegalArgumentException if the text is no address, or has no port
     */
    public Lease acquire(String address) throws NetException {
        return acquire(address, within -> within.dial(address));
    }

    /**
     * As {@link #acquire(String)}, of an address that needs no look-up.
     *
     * @param address the address of the peer
     * @return a lease, which the caller closes
     * @throws NetException as {@link #acquire(String)}
     */
    public Lease acquire(Address address) throws NetException {
        return acquire(address, within -> within.dial(address));
    }

    /** Dials an address. */
    private interface Dialling {
        Connection dial(Dialer within) throws NetException;
    }

    private Lease acquire(Object address, Dialling dialling) throws NetException {
        return new Lease(pool, pool.acquire(address, "acquire a connection to " + address,
                acquireNanos, leftNanos -> dialling.dial(within(leftNanos))));
    }

    /** Returns the dialer with the earlier of its own deadline and the end of this time. */
    private Dialer within(long leftNanos) {
        long endNanos = System.nanoTime() + Math.min(leftNanos, Long.MAX_VALUE / 4);
        Long own = dialer.settings().deadlineNanos();
        return own != null && own - endNanos < 0 ? dialer : dialer.deadline(endNanos);
    }

    /** A connection for one user, until it is closed. One thread uses it at a time. */
    public static final class Lease implements AutoCloseable {
        private final Pool pool;
        private final PooledConnection pooled;
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean reuses;

        private Lease(Pool pool, PooledConnection pooled) {
            this.pool = pool;
            this.pooled = pooled;
        }

        /**
         * Returns the connection. It must not be used after {@link #close()}, when another user may have it.
         * A user may close it; then it does not come back.
         *
         * @return a {@link TlsConnection} if the pool's dialer speaks TLS
         */
        public Connection connection() {
            return pooled.connection();
        }

        /** Marks the connection to be used again: the exchange is whole, and no bytes of it can follow. */
        public void reuse() {
            reuses = true;
        }

        /**
         * Releases the connection: after {@link #reuse} it can be used again; otherwise it is reset, as by
         * {@link Connection#abort}, unless it was closed before. A second call does nothing.
         */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                pool.release(pooled, reuses);
            }
        }

        @Override
        public String toString() {
            return "lease of " + connection();
        }
    }

    // ---- all -----------------------------------------------------------------------------------

    /**
     * What is in a pool now, and what has happened in it so far.
     *
     * @param used connections that a user has
     * @param idle connections that wait for a user
     * @param dialling dials that have not ended
     * @param waiting threads that wait for a place
     * @param dialled connections that were opened
     * @param failedDials dials that failed
     * @param reused leases of a connection that had been used before
     * @param expired connections that were idle for too long, too old, or closed for another address
     * @param unfit idle connections that the peer had closed, or on which something had arrived
     * @param discarded connections that came back without {@link Lease#reuse}, were closed by their user, or
     *     were too many
     * @param timedOut waits for a place that passed their time
     */
    public record Statistics(int used, int idle, int dialling, int waiting, long dialled,
            long failedDials, long reused, long expired, long unfit, long discarded,
            long timedOut) {}

    /**
     * Returns what is in the pool now, and what has happened in it so far.
     *
     * @return a snapshot
     */
    public Statistics statistics() {
        PoolSnapshot now = pool.snapshot();
        return new Statistics(now.used(), now.idle(), now.dialling(), now.waiting(),
                now.dialled(), now.failedDials(), now.reused(), now.expired(), now.unfit(),
                now.discarded(), now.timedOut());
    }

    /**
     * Closes the idle connections. Threads that wait fail with {@link ClosedException}. Connections in use
     * stay open until their lease is closed. A second call does nothing.
     */
    @Override
    public void close() {
        pool.close();
    }

    @Override
    public String toString() {
        Statistics now = statistics();
        return "connection pool: " + now.used() + " used, " + now.idle() + " idle";
    }
}
