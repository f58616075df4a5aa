package dev.sluice.internal.net.serving;

import dev.sluice.internal.net.accepting.Acceptor;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.net.OverloadPolicy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The limits of a server, and what happens to new connections while one is reached. One thread
 * accepts and calls {@link #awaitRoom}, {@link #admit} and {@link #enforce}.
 */
final class Admission {
    private static final long OPEN_CHECK_NANOS = 100_000_000;
    private static final long BYTES_CHECK_NANOS = 10_000_000;

    /** A connection may linger so long even while a new one waits for its place. */
    private static final long MIN_LINGER_NANOS = 1_000_000_000;

    /** A connection of which bytes moved since then is not idle. */
    private static final long MIN_IDLE_NANOS = 1_000_000_000;

    /** One look at all connections finds so many to reset. */
    private static final int IDLE_AT_ONCE = 64;

    private final Acceptor acceptor;
    private final ServerSettings settings;

    /** One for each connection until its socket is released. */
    private final Semaphore permits;

    private final AddressCounts addresses;
    private final ActiveConnections active;
    private final ActiveConnections lingering;

    /** Connections that were accepted and not admitted. */
    private final AtomicLong turnedAway = new AtomicLong();

    private final Overload fullOfConnections;
    private final Overload fullOfBytes;
    private final Overload fullOfAddress;

    /** Connections that were idle for longest at the last look; of the accepting thread. */
    private final ArrayDeque<ActiveConnections.Idle> idle = new ArrayDeque<>();

    /** Resets whose places may become free soon, oldest first; of the accepting thread. */
    private final ArrayDeque<IdleReset> resets = new ArrayDeque<>();

    /** Creates the bounds of a server without connections. */
    Admission(Logger log, Object listener, Acceptor acceptor, ServerSettings settings,
            ActiveConnections active, ActiveConnections lingering) {
        this.acceptor = acceptor;
        this.settings = settings;
        this.permits = new Semaphore(settings.maxConnections());
        this.addresses = new AddressCounts(settings.maxPerAddress());
        this.active = active;
        this.lingering = lingering;
        String action = switch (settings.whenFull()) {
            case STOP_ACCEPTING -> "new ones wait in the backlog";
            case REFUSE -> "new ones are reset";
            case ABORT_OLDEST_IDLE -> "those idle for longest are reset";
        };
        this.fullOfConnections = new Overload(log, listener,
                settings.maxConnections() + " connections (Server.maxConnections)", action);
        this.fullOfBytes = new Overload(log, listener,
                settings.maxKeptBytes() + " bytes kept (Server.maxKeptBytes)", action);
        this.fullOfAddress = new Overload(log, listener, settings.maxPerAddress()
                + " connections of one address (Server.maxConnectionsPerAddress)",
                "its next ones are reset");
    }

    private boolean stopsAccepting() {
        return settings.whenFull() == OverloadPolicy.STOP_ACCEPTING;
    }

    private boolean abortsIdle() {
        return settings.whenFull() == OverloadPolicy.ABORT_OLDEST_IDLE;
    }

    // ---- on the accepting thread ---------------------------------------------------------------

    /** Returns how long to wait for the next connection before {@link #enforce} is called. */
    long acceptNanos() {
        return abortsIdle() && active.size() > 0 ? MIN_IDLE_NANOS : Long.MAX_VALUE;
    }

    /** Waits until another connection may be accepted; false once the listener is closed. */
    boolean awaitRoom() throws InterruptedException {
        if (!stopsAccepting()) {
            return true;
        }
        if (!awaitPermit()) {
            return false;
        }
        boolean hasRoom = false;
        try {
            hasRoom = awaitBytes(null);
            return hasRoom;
        } finally {
            if (!hasRoom) {
                permits.release();
            }
        }
    }

    /** Takes back {@link #awaitRoom}: no connection came. */
    void noneCame() {
        if (stopsAccepting()) {
            permits.release();
        }
    }

    /**
     * Takes a connection in, which {@link #released} ends; else resets it.
     *
     * @return false if it was reset
     */
    boolean admit(SocketConnection connection) throws InterruptedException {
        boolean admitted = false;
        try {
            admitted = hasPlaceFor(connection);
        } finally {
            if (!admitted) {
                turnedAway.incrementAndGet();
                connection.abort();
            }
        }
        return admitted;
    }

    private boolean hasPlaceFor(SocketConnection connection) throws InterruptedException {
        boolean permitted = stopsAccepting();
        boolean counted = false;
        boolean fits = false;
        try {
            counted = addresses.tryAdd(connection.endpoints().remote());
            if (!counted) {
                fullOfAddress.refused();
                return false;
            }
            permitted = permitted || takePermit();
            boolean hasRoom = permitted && (stopsAccepting() || takeBytes(connection));
            if (hasRoom && abortsIdle()) {
                connection.recordActivity();
            }
            fits = hasRoom; // Last: what was taken goes back if anything before it throws.
            return fits;
        } finally {
            if (!fits && permitted) {
                permits.release();
            }
            if (!fits && counted) {
                addresses.remove(connection.endpoints().remote());
            }
        }
    }

    /** For a connection that is there: makes a place for it, or refuses it. */
    private boolean takePermit() throws InterruptedException {
        if (abortsIdle()) {
            return awaitPermit();
        }
        boolean permitted = permits.tryAcquire();
        if (!permitted) {
            fullOfConnections.refused();
            endOldestLingering();
        }
        return permitted;
    }

    private boolean takeBytes(SocketConnection next) throws InterruptedException {
        if (abortsIdle()) {
            return awaitBytes(next);
        }
        boolean fits = excessBytes(next) <= 0;
        if (!fits) {
            fullOfBytes.refused();
        }
        return fits;
    }

    /** Returns false if the listener was closed meanwhile. */
    private boolean awaitPermit() throws InterruptedException {
        boolean acquired = permits.tryAcquire();
        // A handler that computes keeps its place although its connection is reset.
        int least = 0;
        while (!acquired) {
            if (!acceptor.isOpen()) {
                return false;
            }
            fullOfConnections.met();
            if (!endOldestLingering() && abortsIdle()) {
                // Also makes room for queued connections, because a reset takes time to free a
                // slot.
                dropEndedResets();
                int wanted = 1 + acceptor.waiting() - resets.size();
                abortOldestIdle(Math.max(wanted, least));
            }
            acquired = permits.tryAcquire(OPEN_CHECK_NANOS, TimeUnit.NANOSECONDS);
            least = 1;
        }
        return true;
    }

    private boolean endOldestLingering() {
        ActiveConnections.Entry oldest = lingering.removeOldest(MIN_LINGER_NANOS);
        if (oldest != null) {
            oldest.connection.endLingering();
        }
        return oldest != null;
    }

    private void abortOldestIdle(int count) {
        int left = count;
        while (left > 0) {
            ActiveConnections.Idle next = nextIdle();
            if (next == null) {
                idle.addAll(active.longestIdle(MIN_IDLE_NANOS, IDLE_AT_ONCE, false));
                next = nextIdle();
            }
            if (next == null) {
                return;
            }
            left -= reset(next.entry, fullOfConnections) ? 1 : 0;
        }
    }

    /** Returns false if its handler has returned meanwhile. */
    private boolean reset(ActiveConnections.Entry entry, Overload cause) {
        IdleReset begun = active.reset(entry);
        if (begun == null) {
            return false;
        }
        resets.add(begun);
        cause.abortedIdle();
        return true;
    }

    private void dropEndedResets() {
        resets.removeIf(each -> !each.isUnderWay());
    }

    private ActiveConnections.@Nullable Idle nextIdle() {
        ActiveConnections.Idle next = idle.poll();
        while (next != null && !next.isStillIdle()) {
            next = idle.poll();
        }
        return next;
    }

    // ---- bytes ---------------------------------------------------------------------------------

    /**
     * Returns by how much the bound is exceeded. What arrived for connections that are not served yet
     * does not count: it stays until they are served.
     *
     * @param next taken and not admitted; null if there is none
     */
    private long excessBytes(@Nullable SocketConnection next) {
        long excess = acceptor.keptBytes() - settings.maxKeptBytes();
        return excess <= 0
                ? excess
                : excess - acceptor.untakenBytes() - (next == null ? 0 : next.keptBytes());
    }

    /** Returns false if the listener was closed meanwhile. */
    private boolean awaitBytes(@Nullable SocketConnection next) throws InterruptedException {
        long excess = excessBytes(next);
        while (excess > 0) {
            if (!acceptor.isOpen()) {
                return false;
            }
            fullOfBytes.met();
            if (abortsIdle()) {
                abortKeeping(excess);
            }
            TimeUnit.NANOSECONDS.sleep(BYTES_CHECK_NANOS);
            excess = excessBytes(next);
        }
        return true;
    }

    /** Resets idle connections until so many bytes of them are dropped. */
    private void abortKeeping(long excess) {
        dropEndedResets();
        long left = excess;
        List<ActiveConnections.Idle> keeping =
                active.longestIdle(MIN_IDLE_NANOS, IDLE_AT_ONCE, true);
        for (ActiveConnections.Idle each : keeping) {
            if (left > 0 && each.isStillIdle()) {
                int kept = each.entry.connection.keptBytes();
                left -= reset(each.entry, fullOfBytes) ? kept : 0;
            }
        }
    }

    /** Now and then, while no connection comes: those that are there may keep more than before. */
    void enforce() {
        long excess = abortsIdle() ? excessBytes(null) : 0;
        if (excess > 0) {
            fullOfBytes.met();
            abortKeeping(excess);
        }
        check();
    }

    // ---- on any thread -------------------------------------------------------------------------

    /**
     * The socket of a connection that was admitted is released.
     *
     * @param reset what resets it for being idle, or null
     */
    void released(SocketConnection connection, @Nullable IdleReset reset) {
        if (reset != null) {
            reset.end();
        }
        try {
            addresses.remove(connection.endpoints().remote());
        } finally {
            permits.release(); // Even if there is no memory for the look-up.
        }
        check();
    }

    /** Returns true while a limit is reached. */
    boolean check() {
        boolean connections = fullOfConnections.check();
        boolean bytes = fullOfBytes.check();
        return fullOfAddress.check() || connections || bytes;
    }

    /** No connection is accepted any more. */
    void stopped() {
        fullOfConnections.stopped();
        fullOfBytes.stopped();
        fullOfAddress.stopped();
    }

    /** Returns how many connections were reset by a reached limit or by the stop of the server. */
    long turnedAway() {
        return turnedAway.get();
    }

    long refused() {
        return fullOfConnections.totalRefused() + fullOfBytes.totalRefused()
                + fullOfAddress.totalRefused();
    }

    long abortedIdle() {
        return fullOfConnections.totalAborted() + fullOfBytes.totalAborted();
    }

    int addresses() {
        return addresses.size();
    }

    long keptBytes() {
        return acceptor.keptBytes();
    }
}
