package dev.sluice.internal.net.connection;

import org.jspecify.annotations.Nullable;

/** When a connection was last used; kept only for an idle timeout or a heartbeat. */
final class Activity {
    private static final long UNKNOWN = -1;

    /** A waiting write looks so often within the idle timeout at what the peer has acknowledged. */
    private static final int SAMPLES = 4;

    private volatile long idleNanos = Long.MAX_VALUE;

    private volatile long lastNanos = System.nanoTime();

    /** Unacknowledged bytes at the last sample, unless bytes have moved since. */
    private volatile long unacknowledged = UNKNOWN;

    private volatile long sampledNanos = lastNanos;

    /** The last traffic before the last try of the reading thread; of that thread. */
    private long triedReadingAt = lastNanos - 1;

    /** The same of the writing thread. */
    private long triedWritingAt = lastNanos - 1;

    /** The thread of the heartbeat, which is woken when the connection ends. */
    private volatile @Nullable Thread heartbeat;

    /** Replaces the thread of the heartbeat; returns the old one. */
    synchronized @Nullable Thread heartbeat(Thread thread) {
        Thread before = heartbeat;
        heartbeat = thread;
        return before;
    }

    /** Returns the thread of the heartbeat; null if there is none. */
    @Nullable
    Thread heartbeat() {
        return heartbeat;
    }

    /** Sets the longest time without traffic. */
    void idleNanos(long nanos) {
        idleNanos = nanos;
    }

    /** Returns the longest time without traffic, or {@link Long#MAX_VALUE}. */
    long idleNanos() {
        return idleNanos;
    }

    /** Records traffic now. */
    void beat() {
        lastNanos = System.nanoTime();
        unacknowledged = UNKNOWN;
    }

    /** Returns the time left before the idle timeout; zero or less once it has passed. */
    long leftNanos() {
        return leftNanos(idleNanos);
    }

    /** Returns the time left before it has been idle for so long. */
    long leftNanos(long allowedNanos) {
        return allowedNanos - (System.nanoTime() - lastNanos);
    }

    /** Returns true once per idle period: the thread must try its system call before it fails. */
    boolean mustTry(boolean writes) {
        long last = lastNanos;
        long tried = writes ? triedWritingAt : triedReadingAt;
        if (writes) {
            triedWritingAt = last;
        } else {
            triedReadingAt = last;
        }
        return tried != last;
    }

    /** Returns the time left before a waiting write takes the next sample. */
    long leftUntilSample() {
        long now = System.nanoTime();
        long sinceNanos = Math.min(now - lastNanos, now - sampledNanos);
        return idleNanos / SAMPLES - sinceNanos;
    }

    /**
     * Records the number of unacknowledged bytes, or -1. A change since the last sample is traffic.
     * The first sample has nothing to compare with and counts as traffic if there are any bytes.
     */
    void sample(long bytes) {
        long before = unacknowledged;
        boolean changed = bytes != before && (before != UNKNOWN || bytes > 0);
        unacknowledged = bytes;
        sampledNanos = System.nanoTime();
        if (changed) {
            lastNanos = sampledNanos;
        }
    }
}
