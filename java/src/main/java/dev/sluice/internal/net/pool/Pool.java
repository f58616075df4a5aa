package dev.sluice.internal.net.pool;

import dev.sluice.Status;
import dev.sluice.internal.net.IdleCheck;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are used again. A connection, a dial and an idle connection each take one place of
 * all and one of their address. Threads that wait are served in the order of their arrival; one whose
 * address is full does not hold up those of other addresses. A place in the total may come from an idle
 * connection of another address, the oldest one.
 *
 * <p>No call of a connection is made with the lock held: a close of TLS writes.
 */
public final class Pool {
    /** A wait without an end. */
    public static final long FOREVER = Long.MAX_VALUE;

    private final LongSupplier clock;
    private final PoolCounts counts = new PoolCounts();
    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when the thread that closes idle connections must look again. */
    private final Condition idleChanged = lock.newCondition();

    // All below guarded by the lock.

    private final Map<Object, AddressSlots> addresses = new HashMap<>();

    /** Addresses with waiters. */
    private final LinkedHashSet<AddressSlots> waiting = new LinkedHashSet<>();

    /** In the order in which they became idle. */
    private final LinkedHashSet<PooledConnection> idle = new LinkedHashSet<>();

    /** Connections to be closed once the lock is free. */
    private List<Connection> ending = new ArrayList<>();

    private int maxOpen;
    private int maxOpenPerAddress;
    private long idleNanos;
    private long ageNanos;
    private int open;
    private int used;
    private int waiters;
    private long arrivals;
    private boolean closed;
    private boolean sweeping;

    /** Opens a connection. */
    @FunctionalInterface
    public interface Dial {
        /** Opens one within more than zero nanoseconds, or {@link #FOREVER}. */
        Connection dial(long leftNanos) throws NetException;
    }

    /** Creates an empty pool with the clock by which connections grow old. */
    public Pool(LongSupplier clock, int maxOpen, int maxOpenPerAddress, long idleNanos,
            long ageNanos) {
        this.clock = clock;
        this.maxOpen = maxOpen;
        this.maxOpenPerAddress = maxOpenPerAddress;
        this.idleNanos = idleNanos;
        this.ageNanos = ageNanos;
    }

    // ---- options -------------------------------------------------------------------------------

    /** Changes a bound; connections above a lower one end as they are released. */
    public void maxOpen(int connections) {
        change(() -> maxOpen = connections);
    }

    /** Changes the bound for each address. */
    public void maxOpenPerAddress(int connections) {
        change(() -> maxOpenPerAddress = connections);
    }

    /** Changes how long a connection may be idle. */
    public void idleNanos(long nanos) {
        change(() -> idleNanos = nanos);
    }

    /** Changes how old a connection may become. */
    public void ageNanos(long nanos) {
        change(() -> ageNanos = nanos);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            serveWaiters();
            idleChanged.signal();
        } finally {
            unlockAndClose();
        }
    }

    // ---- acquiring -----------------------------------------------------------------------------

    /**
     * Returns a connection that is quiet or new.
     *
     * @param operation begins the message of a failure
     * @param maxNanos for the wait and the dial together, or {@link #FOREVER}
     */
    public PooledConnection acquire(Object address, String operation, long maxNanos, Dial dial)
            throws NetException {
        long beganNanos = System.nanoTime();
        Waiter waiter = awaitTurn(address, operation, beganNanos, maxNanos);
        PooledConnection candidate = waiter.connection;
        while (candidate != null) {
            if (isFit(candidate)) {
                return candidate;
            }
            candidate = nextAfter(candidate);
        }
        long leftNanos = maxNanos == FOREVER ? FOREVER : Math.max(1, left(beganNanos, maxNanos));
        return dialled(waiter.address, operation, leftNanos, dial);
    }

    private static long left(long beganNanos, long maxNanos) {
        return maxNanos - (System.nanoTime() - beganNanos);
    }

    private Waiter awaitTurn(Object address, String operation, long beganNanos, long maxNanos)
            throws NetException {
        lock.lock();
        try {
            requireOpen(operation);
            AddressSlots slots = addresses.computeIfAbsent(address, AddressSlots::new);
            Waiter waiter = new Waiter(slots, lock.newCondition(), arrivals++);
            slots.waiters.addLast(waiter);
            waiting.add(slots);
            waiters++;
            serveWaiters();
            try {
                await(waiter, operation, beganNanos, maxNanos);
            } finally {
                if (!waiter.isServed) {
                    waiters--;
                    remove(waiter);
                }
            }
            return waiter;
        } finally {
            unlockAndClose();
        }
    }

    private void await(Waiter waiter, String operation, long beganNanos, long maxNanos)
            throws NetException {
        while (!waiter.isServed) {
            requireOpen(operation);
            long leftNanos = maxNanos == FOREVER ? FOREVER : left(beganNanos, maxNanos);
            if (leftNanos <= 0) {
                counts.timedOut.increment();
                throw NetErrors.of(operation + ": no connection of the pool became free",
                        Status.DEADLINE, 0);
            }
            try {
                long rest = waiter.served.awaitNanos(leftNanos);
                assert rest <= leftNanos : rest;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                if (waiter.isServed) {
                    return; // The dial or the next call of the connection reports the interrupt.
                }
                throw NetErrors.of(operation, Status.CANCELLED, 0);
            }
        }
    }

    private void remove(Waiter waiter) {
        AddressSlots slots = waiter.address;
        boolean removed = slots.waiters.remove(waiter);
        assert removed : "a waiter that is not served is in the queue";
        if (slots.waiters.isEmpty()) {
            waiting.remove(slots);
        }
        forgetUnused(slots);
    }

    private void forgetUnused(AddressSlots slots) {
        if (slots.isUnused()) {
            addresses.remove(slots.address, slots);
        }
    }

    private void requireOpen(String operation) throws NetException {
        if (closed) {
            throw NetErrors.of(operation + ": the pool", Status.CLOSED_LOCALLY, 0);
        }
    }

    private PooledConnection dialled(
            AddressSlots slots, String operation, long leftNanos, Dial dial) throws NetException {
        Connection connection = null;
        try {
            connection = dial.dial(leftNanos);
        } finally {
            if (connection == null) {
                counts.failedDials.increment();
                releasePlace(slots);
            }
        }
        PooledConnection created =
                new PooledConnection(slots, connection, clock.getAsLong());
        lock.lock();
        try {
            counts.dialled.increment();
            used++;
            if (closed) {
                drop(created);
                requireOpen(operation);
            }
            return created;
        } finally {
            unlockAndClose();
        }
    }

    /** Frees the place of a connection that is not open, or not any more. */
    private void releasePlace(AddressSlots slots) {
        lock.lock();
        try {
            vacate(slots);
            serveWaiters();
        } finally {
            unlockAndClose();
        }
    }

    private boolean isFit(PooledConnection candidate) {
        if (!isYoung(candidate)) {
            counts.expired.increment();
            return false;
        }
        boolean quiet = candidate.connection() instanceof IdleCheck check && check.isQuiet();
        (quiet ? counts.reused : counts.unfit).increment();
        return quiet;
    }

    private boolean isYoung(PooledConnection candidate) {
        lock.lock();
        try {
            long now = clock.getAsLong();
            return !isTooOld(candidate, now) && now - candidate.idleSinceNanos < idleNanos;
        } finally {
            lock.unlock();
        }
    }

    private boolean isTooOld(PooledConnection connection, long now) {
        return now - connection.createdNanos >= ageNanos;
    }

    /** Ends a connection that is not fit; returns another idle one in its place, or null to dial. */
    private @Nullable PooledConnection nextAfter(PooledConnection unfit) {
        lock.lock();
        try {
            ending.add(unfit.connection());
            used--;
            PooledConnection next = unfit.address.idle.peekLast();
            if (next != null) {
                vacate(unfit.address);
                take(next);
                serveWaiters();
            }
            return next;
        } finally {
            unlockAndClose();
        }
    }

    // ---- releasing -------------------------------------------------------------------------------

    /** Releases a connection, to be used again or not. Once for each that {@link #acquire} returned. */
    public void release(PooledConnection connection, boolean reusable) {
        if (reusable) {
            connection.connection().clearDeadlines();
        } else {
            connection.connection().abort();
        }
        lock.lock();
        try {
            boolean keeps = reusable && !closed && connection.connection().isOpen()
                    && open <= maxOpen && connection.address.open <= maxOpenPerAddress;
            long now = clock.getAsLong();
            if (keeps && !isTooOld(connection, now)) {
                used--;
                connection.idleSinceNanos = now;
                connection.address.idle.addLast(connection);
                idle.add(connection);
            } else {
                countEnd(keeps, reusable);
                drop(connection);
            }
            serveWaiters();
            sweepLater();
        } finally {
            unlockAndClose();
        }
    }

    private void countEnd(boolean tooOld, boolean reusable) {
        if (tooOld) {
            counts.expired.increment();
        } else if (!reusable || !closed) {
            counts.discarded.increment();
        }
    }

    /** Takes an idle connection into use; with the lock. */
    private void take(PooledConnection connection) {
        boolean wasIdle = idle.remove(connection);
        boolean wasThere = connection.address.idle.remove(connection);
        assert wasIdle && wasThere : "a connection that is taken was idle";
        used++;
    }

    /** Ends a used connection; with the lock. */
    private void drop(PooledConnection connection) {
        used--;
        ending.add(connection.connection());
        vacate(connection.address);
    }

    /** Ends an idle connection; with the lock. */
    private void dropIdle(PooledConnection connection) {
        take(connection);
        drop(connection);
    }

    private void vacate(AddressSlots slots) {
        open--;
        slots.open--;
        assert open >= 0 && slots.open >= 0 : "a place was freed twice";
        forgetUnused(slots);
    }

    // ---- serving -------------------------------------------------------------------------------

    /** Serves those that can be served, in the order of their arrival; with the lock. */
    private void serveWaiters() {
        while (!closed) {
            Waiter next = null;
            for (AddressSlots slots : waiting) {
                Waiter first = slots.first();
                if (first != null && canServe(slots)
                        && (next == null || first.number < next.number)) {
                    next = first;
                }
            }
            if (next == null) {
                return;
            }
            serve(next);
        }
    }

    private boolean canServe(AddressSlots slots) {
        return !slots.idle.isEmpty()
                || (slots.open < maxOpenPerAddress
                        && (open < maxOpen || (open == maxOpen && !idle.isEmpty())));
    }

    private void serve(Waiter waiter) {
        AddressSlots slots = waiter.address;
        slots.waiters.removeFirst();
        waiters--;
        if (slots.waiters.isEmpty()) {
            waiting.remove(slots);
        }
        PooledConnection latest = slots.idle.peekLast();
        if (latest != null) {
            take(latest);
        } else {
            if (open >= maxOpen) {
                dropIdle(idle.getFirst()); // of another address: this one has none
                counts.expired.increment();
            }
            open++;
            slots.open++;
        }
        waiter.serve(latest);
    }

    // ---- the end of idle connections -----------------------------------------------------------

    /** Starts a virtual thread that waits while there are idle connections; with the lock. */
    private void sweepLater() {
        if (!sweeping && !idle.isEmpty()) {
            sweeping = true;
            Thread thread = Thread.ofVirtual().name("sluice-pool").start(this::sweep);
            assert thread.isVirtual() : "not a virtual thread";
        }
    }

    private void sweep() {
        boolean ended = false;
        while (!ended) {
            lock.lock();
            try {
                long dueNanos = endExpired();
                ended = idle.isEmpty();
                if (ended) {
                    sweeping = false;
                } else if (ending.isEmpty()) {
                    long rest = idleChanged.awaitNanos(dueNanos);
                    assert rest <= dueNanos : rest;
                }
            } catch (InterruptedException interrupted) {
                // Nothing interrupts this thread; the next one that becomes idle starts another.
                sweeping = false;
                ended = true;
            } finally {
                unlockAndClose();
            }
        }
    }

    /** Closes the connections that are idle for too long, or too old. */
    public void closeExpired() {
        lock.lock();
        try {
            long nextNanos = endExpired();
            assert nextNanos > 0 : nextNanos;
        } finally {
            unlockAndClose();
        }
    }

    /** Ends expired connections; returns in how many nanoseconds the next one expires; with the lock. */
    private long endExpired() {
        long now = clock.getAsLong();
        long nextNanos = idleNanos;
        for (PooledConnection each : List.copyOf(idle)) {
            long left = Math.min(idleNanos - (now - each.idleSinceNanos),
                    ageNanos - (now - each.createdNanos));
            if (left <= 0) {
                dropIdle(each);
                counts.expired.increment();
            } else {
                nextNanos = Math.min(nextNanos, left);
            }
        }
        serveWaiters();
        return nextNanos;
    }

    // ---- all -----------------------------------------------------------------------------------

    /** Closes the idle connections and fails those that wait; used ones end when they come back. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            List.copyOf(idle).forEach(this::dropIdle);
            waiting.forEach(slots -> slots.waiters.forEach(each -> each.served.signal()));
            idleChanged.signal();
        } finally {
            unlockAndClose();
        }
    }

    /** Returns what there is now, and what has happened so far. */
    public PoolSnapshot snapshot() {
        lock.lock();
        try {
            int dialling = open - used - idle.size();
            return counts.snapshot(used, idle.size(), dialling, waiters);
        } finally {
            lock.unlock();
        }
    }

    private void unlockAndClose() {
        List<Connection> ends = List.of();
        if (!ending.isEmpty()) {
            ends = ending;
            ending = new ArrayList<>();
        }
        lock.unlock();
        ends.forEach(Connection::close);
    }
}
