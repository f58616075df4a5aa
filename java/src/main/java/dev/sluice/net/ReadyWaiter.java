package dev.sluice.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: who waits for it, until when, and whether a call may do something
 * now. Signals are counted, and a call that found nothing more notes the count from before it: so
 * what comes during the call is not forgotten, and a call that succeeds writes nothing here.
 */
class ReadyWaiter {
    static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final VarHandle SIGNALS = field("signals", int.class);
    private static final VarHandle IN_USE = field("inUse", boolean.class);

    /** How often something may have become possible. */
    private volatile int signals;

    /** The count when a call found that nothing more was possible; of the thread that uses it. */
    private int usedUp;

    /** True while a thread uses it. */
    private volatile boolean inUse;

    /** By {@link System#nanoTime}. */
    volatile long deadlineNanos = NO_DEADLINE;

    /** The last one that waited. It is not taken back: one wake-up too many costs less each time. */
    private volatile @Nullable Thread waiter;

    ReadyWaiter(boolean ready) {
        this.signals = ready ? 1 : 0;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(ReadyWaiter.class, name, type);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    // ---- on the thread that uses it ----------------------------------------------------------------

    /** Takes it for the calling thread; false if another thread uses it. */
    final boolean begin() {
        return IN_USE.compareAndSet(this, false, true);
    }

    final void end() {
        IN_USE.setRelease(this, false);
    }

    /** As {@link #end}, for one who then looks whether another thread wants it. */
    final void endBeforeLooking() {
        inUse = false;
    }

    final boolean isInUse() {
        return inUse;
    }

    /** False while a call is known to find nothing. */
    final boolean isReady() {
        return signals != usedUp;
    }

    /** To be asked before a call whose result may be told to {@link #usedUp}. */
    final int signals() {
        return signals;
    }

    /** Nothing is possible until the next signal after that count. */
    final void usedUp(int before) {
        usedUp = before;
    }

    /** Moves the deadline, also of the one who waits; null takes it away. */
    final void deadline(@Nullable Duration fromNow) {
        deadlineNanos =
                fromNow == null || fromNow.compareTo(LONGEST) > 0
                        ? NO_DEADLINE
                        : System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(fromNow));
        wake();
    }

    /** To be said before {@link #isReady} is asked for the last time before parking. */
    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    final void waitedForByThisThread() {
        Thread current = Thread.currentThread();
        if (waiter != current) {
            waiter = current;
        }
    }

    // ---- on any thread -----------------------------------------------------------------------------

    /** Something may be possible. */
    final void signal() {
        SIGNALS.getAndAdd(this, 1); // also keeps the look at the waiter after it
        wake();
    }

    /** Whether the one who waits needs a carrier to go on. */
    final boolean isWaitedForByVirtualThread() {
        Thread waiting = waiter;
        return waiting != null && waiting.isVirtual();
    }

    /** Lets the one who waits look again: at readiness, deadline and the end of the connection. */
    final void wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
