package dev.sluice.internal.net.accepting;

import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.ClosedException;
import dev.sluice.net.NetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepted connections in order of arrival, with a bound on their number, and the threads that wait
 * for them. While there is no room, or after a failure, accepting pauses; a caller of {@link #take}
 * resumes it.
 */
final class AcceptQueue {
    private static final long MIN_RETRY_NANOS = 1_000_000;

    private final int capacity;

    /** Resumes accepting; false if that must be tried again. Called with the lock, so never waits. */
    private final BooleanSupplier resume;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below guarded by the lock.

    private final ArrayDeque<SocketConnection> accepted = new ArrayDeque<>();
    private @Nullable NetException failure;
    private boolean closed;

    /** The failure that closed the listener, if one did. */
    private @Nullable NetException lasting;

    /** Accepted sockets that their ports have not yet adopted. */
    private int underWay;

    /** Connections that were accepted, and closed before they were taken. */
    private long untaken;

    /** True while no accept is pending. */
    private boolean paused;

    /** No accept is submitted before this time. */
    private long retryNanos = System.nanoTime();

    AcceptQueue(int capacity, BooleanSupplier resume) {
        this.capacity = capacity;
        this.resume = resume;
    }

    // ---- accepting -----------------------------------------------------------------------------

    /** Returns true if another connection may be accepted; else accepting pauses. */
    boolean hasRoom() {
        lock.lock();
        try {
            boolean full = isFull();
            paused |= full;
            return !closed && !full;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return accepted.size() + underWay >= capacity;
    }

    /** Records that a socket was accepted; {@link #put} or {@link #fail} follows. */
    void begin() {
        lock.lock();
        try {
            underWay++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Frees the room of a socket that became no connection.
     *
     * @param counts true if it counts as accepted and not taken
     */
    void fail(boolean counts) {
        lock.lock();
        try {
            underWay--;
            untaken += counts ? 1 : 0;
            resumeIfDue();
            signalIfSettled();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a connection; false if the listener is closed: then the caller aborts it. */
    boolean put(SocketConnection connection) {
        lock.lock();
        try {
            underWay--;
            if (closed) {
                untaken++;
            } else {
                accepted.add(connection);
                changed.signal();
            }
            signalIfSettled();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Pauses accepting after a failure, which the next caller of take gets. */
    void failed(NetException cause, long pauseNanos, boolean lasts) {
        lock.lock();
        try {
            failure = cause;
            paused = true;
            retryNanos = System.nanoTime() + pauseNanos;
            if (lasts) {
                lasting = cause;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Resumes accepting if it is paused, there is room, and the pause is over. */
    private void resumeIfDue() {
        if (paused && !isFull() && System.nanoTime() - retryNanos >= 0 && resume.getAsBoolean()) {
            paused = false;
        }
    }

    private void signalIfSettled() {
        if (closed && underWay == 0) {
            changed.signalAll();
        }
    }

    // ---- taking --------------------------------------------------------------------------------

    /**
     * Waits for a connection.
     *
     * @param timeoutNanos {@link Long#MAX_VALUE} for no bound
     * @return null after the timeout, or once the listener is closed
     * @throws NetException a failed accept; later ones may succeed
     */
    @Nullable
    SocketConnection take(long timeoutNanos) throws NetException, InterruptedException {
        boolean endless = timeoutNanos == Long.MAX_VALUE;
        long left = timeoutNanos;
        lock.lock();
        try {
            while (true) {
                SocketConnection first = accepted.poll();
                if (first != null) {
                    resumeIfDue();
                    return first;
                }
                if (closed) {
                    return null;
                }
                NetException cause = failure;
                if (cause != null) {
                    failure = null;
                    throw cause;
                }
                resumeIfDue();
                if (left <= 0) {
                    return null;
                }
                if (endless && !paused) {
                    changed.await(); // A timed park of a virtual thread costs a thread of the JDK.
                } else {
                    long now = paused ? Math.min(left, untilRetry()) : left;
                    left -= now - changed.awaitNanos(now);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private long untilRetry() {
        return Math.max(retryNanos - System.nanoTime(), MIN_RETRY_NANOS);
    }

    /** Returns the exception for a call on the closed listener. */
    NetException closedFailure(String operation, Poller poller) {
        lock.lock();
        try {
            NetException cause = lasting;
            if (cause == null) {
                return poller.closed(operation);
            }
            ClosedException exception = new ClosedException(operation
                    + ": closed, since accepts kept failing: " + NetErrors.text(cause.status()));
            exception.initCause(cause);
            return exception;
        } finally {
            lock.unlock();
        }
    }

    // ---- closing -------------------------------------------------------------------------------

    boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    long untaken() {
        lock.lock();
        try {
            return untaken;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of connections that were accepted and not taken. */
    int waiting() {
        lock.lock();
        try {
            return accepted.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the memory that connections keep which were not taken. */
    long keptBytes() {
        lock.lock();
        try {
            long sum = 0;
            for (SocketConnection each : accepted) {
                sum += each.keptBytes();
            }
            return sum;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the queue; returns the connections that were not taken, for the caller to abort. */
    List<SocketConnection> close() {
        lock.lock();
        try {
            closed = true;
            List<SocketConnection> rest = new ArrayList<>(accepted);
            untaken += rest.size();
            accepted.clear();
            changed.signalAll();
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until other ports have closed the sockets that they were about to adopt. */
    void awaitSettled(long boundNanos) {
        boolean interrupted = false;
        long endNanos = System.nanoTime() + boundNanos;
        lock.lock();
        try {
            long left = boundNanos;
            while (underWay > 0 && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException early) {
                    interrupted = true;
                    left = endNanos - System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
