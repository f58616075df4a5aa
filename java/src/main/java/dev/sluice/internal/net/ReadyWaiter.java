package dev.sluice.internal.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a socket, reading or writing: whether a system call may succeed now, the deadline,
 * and the one thread that waits. Readiness is a count of signals. A call that would block records the
 * count from before it. So a signal during the call is not lost, and a call that succeeds writes
 * nothing here.
 */
public class ReadyWaiter {
    /** The value of {@link #deadlineNanos} without a deadline. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Longer times count as endless: their differences must not overflow. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** The calls that a thread makes during one turn of its port before it lets others run. */
    private static final int CALLS_AT_ONCE = 16;

    private static final VarHandle SIGNALS = field("signals", int.class);
    private static final VarHandle IN_USE = field("inUse", boolean.class);
    private static final VarHandle DEADLINE = field("deadlineNanos", long.class);

    /** How often the direction may have become ready. */
    private volatile int signals;

    /** The value of {@link #signals} before the last call that would block; of the using thread. */
    private int drainedAt;

    /** True while a thread reads or writes. */
    private volatile boolean inUse;

    private volatile long deadlineNanos = NO_DEADLINE;

    /** The port's turn of the latest call, without its upper bits; of the using thread. */
    private byte turn;

    /** The calls during that turn; of the using thread. */
    private byte callsInTurn;

    /** The last thread that waited. Never cleared: a spurious unpark is cheaper than the write. */
    private volatile @Nullable Thread waiter;

    /** Creates a direction that is ready, or waits for its first signal. */
    public ReadyWaiter(boolean ready) {
        this.signals = ready ? 1 : 0;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(ReadyWaiter.class, name, type);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    // ---- on the thread that reads or writes ----------------------------------------------------

    /** Acquires the direction for the calling thread; false if another thread uses it. */
    public final boolean tryAcquire() {
        return IN_USE.compareAndSet(this, false, true);
    }

    /** Releases it. */
    public final void release() {
        IN_USE.setRelease(this, false);
    }

    /** Releases it, ordered before the caller's next look at the threads that wait for their turn. */
    public final void releaseFully() {
        inUse = false;
    }

    /** Returns true while a thread reads or writes. */
    public final boolean isInUse() {
        return inUse;
    }

    /** Returns false if a system call would block, as far as the signals say. */
    public final boolean isReady() {
        return signals != drainedAt;
    }

    /** Returns the count to pass to {@link #drained}; read it before the system call. */
    public final int signals() {
        return signals;
    }

    /** Records that a call would block until a signal after that count. */
    public final void drained(int before) {
        drainedAt = before;
    }

    /**
     * Counts a call that is made without a wait.
     *
     * @param portTurn the number of the port's turn
     * @return true once in so many calls of one turn that the threads of other sockets should run
     */
    public final boolean countCall(int portTurn) {
        if (turn != (byte) portTurn) {
            turn = (byte) portTurn;
            callsInTurn = 0;
        }
        callsInTurn++;
        boolean many = callsInTurn > CALLS_AT_ONCE;
        if (many) {
            callsInTurn = 0;
        }
        return many;
    }

    /** Registers the calling thread for wake-ups; must precede its last look before it parks. */
    @SuppressWarnings("ReferenceEquality") // Threads compare by identity.
    public final void registerCurrentThread() {
        Thread current = Thread.currentThread();
        if (waiter != current) {
            waiter = current;
        }
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Sets the deadline, also for a thread that waits now; null removes it. */
    public final void deadline(@Nullable Duration fromNow) {
        long after =
                fromNow == null || fromNow.compareTo(LONGEST) > 0
                        ? NO_DEADLINE
                        : System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(fromNow));
        // An exchange, so that of two changes at once each knows what it replaces.
        long before = (long) DEADLINE.getAndSet(this, after);
        // A thread that waits for an earlier time than the new one looks again by itself.
        if (earlier(before, after) != before) {
            wakeOther();
        }
    }

    /** Returns the earlier of two times, each of which may be {@link #NO_DEADLINE}. */
    public static long earlier(long one, long other) {
        boolean isOne = other == NO_DEADLINE || (one != NO_DEADLINE && one - other <= 0);
        return isOne ? one : other;
    }

    /** Returns the deadline by {@link System#nanoTime}, or {@link #NO_DEADLINE}. */
    public final long deadlineNanos() {
        return deadlineNanos;
    }

    /** Reports that a call may succeed, and wakes the waiting thread. */
    public final void signal() {
        countSignal();
        wake();
    }

    /** Reports that a call may succeed; the caller then wakes the waiting thread. */
    public final void countSignal() {
        SIGNALS.getAndAdd(this, 1); // A full fence: the waiter is read after the count is written.
    }

    /** Returns true if a virtual thread waits, which needs a carrier thread to continue. */
    public final boolean hasVirtualWaiter() {
        Thread waiting = waiter;
        return waiting != null && waiting.isVirtual();
    }

    /** Wakes the waiting thread, which looks again at readiness, deadline and close. */
    public final void wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** As {@link #wake}, except on that thread itself, which looks again before it waits. */
    @SuppressWarnings("ReferenceEquality") // Threads compare by identity.
    public final void wakeOther() {
        if (waiter != Thread.currentThread()) {
            wake();
        }
    }
}
