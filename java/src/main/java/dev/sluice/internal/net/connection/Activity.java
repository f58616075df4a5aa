package dev.sluice.internal.net.connection;

import dev.sluice.internal.net.ReadyWaiter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** When a connection was last used; kept only for an idle timeout or a heartbeat. */
final class Activity {
    private static final long UNKNOWN = -1;

    /** A waiting write looks so often within the idle timeout at what the peer has acknowledged. */
    private static final int SAMPLES = 4;

    /** Longer times count as endless: sums and differences of times must not overflow. */
    static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private static final VarHandle LAST = last();

    private volatile long idleNanos = Long.MAX_VALUE;

    private volatile long lastNanos = System.nanoTime();

    /** Unacknowledged bytes at the last sample, unless bytes have moved since. */
    private volatile long unacknowledged = UNKNOWN;

    private volatile long sampledNanos = lastNanos;

    /** The last traffic before the last try of the reading thread; of that thread. */
    private long triedReadingAt = lastNanos - 1;

    /** The same of the writing thread. */
    private long triedWritingAt = lastNanos - 1;

    private volatile @Nullable Heartbeat heartbeat;

    private static VarHandle last() {
        try {
            return MethodHandles.lookup().findVarHandle(Activity.class, "lastNanos", long.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    /** Replaces the heartbeat; returns the old one. */
    synchronized @Nullable Heartbeat heartbeat(Heartbeat next) {
        Heartbeat before = heartbeat;
        heartbeat = next;
        return before;
    }

    /** Returns the heartbeat; null if there is none. */
    @Nullable
    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Sets the longest time without traffic. */
    void idleNanos(long nanos) {
        idleNanos = nanos > LONGEST_NANOS ? Long.MAX_VALUE : nanos;
    }

    /** Returns the longest time without traffic, or {@link Long#MAX_VALUE}. */
    long idleNanos() {
        return idleNanos;
    }

    /**
     * Records traffic now. A release suffices: a thread that does not see it yet looks again too
     * early, and never too late.
     */
    void beat() {
        LAST.setRelease(this, System.nanoTime());
        if (unacknowledged != UNKNOWN) {
            unacknowledged = UNKNOWN;
        }
    }

    /** Returns when the latest traffic was. */
    long lastNanos() {
        return lastNanos;
    }

    /** Returns when a waiting call must look at the clock, or {@link ReadyWaiter#NO_DEADLINE}. */
    long dueNanos(boolean writes) {
        long idle = idleNanos;
        if (idle == Long.MAX_VALUE) {
            return ReadyWaiter.NO_DEADLINE;
        }
        long last = lastNanos;
        if (!writes) {
            return last + idle;
        }
        long sampled = sampledNanos;
        long latest = last - sampled > 0 ? last : sampled;
        return ReadyWaiter.earlier(last + idle, latest + idle / SAMPLES);
    }

    /** Returns the time left before the idle timeout; zero or less once it has passed. */
    long leftNanos() {
        return idleNanos - (System.nanoTime() - lastNanos);
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
