package dev.sluice.net;

import dev.sluice.Poll;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: who waits for it, until when, and whether a call may do something
 * now. The port's thread makes it ready; the thread that is about to call makes it not ready first,
 * so that what comes during the call is not forgotten.
 */
final class Direction {
    static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** False while a call is known to find nothing. */
    volatile boolean ready;

    /** By {@link System#nanoTime}. */
    volatile long deadlineNanos = NO_DEADLINE;

    /** The last one that waited. It is not taken back: one wake-up too many costs less each time. */
    private volatile @Nullable Thread waiter;

    /** For ports that tell of readiness once for each question. */
    @Nullable
    Poll poll;

    /** True while a thread reads. */
    final AtomicBoolean inUse = new AtomicBoolean();

    Direction(boolean ready) {
        this.ready = ready;
    }

    /** Moves the deadline, also of the one who waits; null takes it away. */
    void deadline(@Nullable Duration fromNow) {
        deadlineNanos =
                fromNow == null || fromNow.compareTo(LONGEST) > 0
                        ? NO_DEADLINE
                        : System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(fromNow));
        wake();
    }

    void signal() {
        ready = true;
        wake();
    }

    /** To be said before {@link #ready} is looked at for the last time before parking. */
    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    void waitedForByThisThread() {
        Thread current = Thread.currentThread();
        if (waiter != current) {
            waiter = current;
        }
    }

    /** Lets the one who waits look again: at readiness, deadline and the end of the connection. */
    void wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
