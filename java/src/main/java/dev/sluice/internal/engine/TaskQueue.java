package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.atomic.MpscChunkedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The one way by which other threads reach a port: tasks and wake-ups. A wake-up costs a system call
 * only when the owner sleeps in the kernel.
 */
final class TaskQueue {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final Backend backend;
    private final int limit;
    private final MpscChunkedAtomicArrayQueue<Runnable> tasks;

    /** Work of backends that ended on another thread: never refused, at most one for each socket. */
    private final ConcurrentLinkedQueue<Runnable> reports = new ConcurrentLinkedQueue<>();

    /** True from before the owner's last look at the queues until it is back from the kernel. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    private final AtomicBoolean wakeupAsked = new AtomicBoolean();

    /** Threads inside {@link Backend#wakeup}; {@link #CLOSED} added once no more may enter. */
    private final AtomicInteger wakers = new AtomicInteger();

    /** Threads inside {@link #offer}; {@link #CLOSED} added once no more may enter. */
    private final AtomicInteger offerers = new AtomicInteger();

    TaskQueue(Backend backend, int limit) {
        this.backend = backend;
        this.tasks = new MpscChunkedAtomicArrayQueue<>(Math.min(64, limit / 2), limit);
        // The queue has room for a power of two: the limit that it keeps is the one to be told.
        this.limit = tasks.capacity();
    }

    int limit() {
        return limit;
    }

    Tasks.Offer offer(Runnable task) {
        if (!enter(offerers)) {
            return Tasks.Offer.CLOSED;
        }
        boolean fitted = tasks.offer(task);
        offerers.getAndDecrement();
        if (!fitted) {
            return Tasks.Offer.FULL;
        }
        wakeIfAsleep();
        return Tasks.Offer.ACCEPTED;
    }

    void report(Runnable task) {
        reports.add(task);
        wakeIfAsleep();
    }

    void wakeup() {
        wakeupAsked.set(true);
        wakeIfAsleep();
    }

    @Nullable
    Runnable poll() {
        Runnable report = reports.poll();
        return report != null ? report : tasks.poll();
    }

    /** Work of backends alone, for the time when tasks of users have all run. */
    @Nullable
    Runnable pollReport() {
        return reports.poll();
    }

    boolean isEmpty() {
        return reports.isEmpty() && tasks.isEmpty();
    }

    boolean wakeupAsked() {
        return wakeupAsked.get();
    }

    /** Takes the wake-up that was asked for since the last call. */
    boolean takeWakeup() {
        // The plain read first: an unconditional exchange would cost an atomic on each poll.
        return wakeupAsked.get() && wakeupAsked.getAndSet(false);
    }

    /**
     * Announces that the owner will wait in the kernel. Both this flag and the queues are volatile:
     * either a task is seen here, or its sender sees the flag and wakes the owner.
     *
     * @return false when something came already, so that the owner must not wait
     */
    boolean goToSleep() {
        asleep.set(true);
        if (isEmpty() && !wakeupAsked.get()) {
            return true;
        }
        asleep.set(false);
        return false;
    }

    void awake() {
        asleep.set(false);
    }

    /** Refuses tasks from now on and waits for those threads that are adding one at this moment. */
    void refuseTasks() {
        close(offerers);
    }

    /** Refuses wake-ups from now on; afterwards no thread is inside the backend. */
    void refuseWakeups() {
        close(wakers);
    }

    private void wakeIfAsleep() {
        if (asleep.get() && asleep.compareAndSet(true, false) && enter(wakers)) {
            backend.wakeup();
            wakers.getAndDecrement();
        }
    }

    private static boolean enter(AtomicInteger gate) {
        while (true) {
            int inside = gate.get();
            if (inside < 0) {
                return false;
            }
            if (gate.compareAndSet(inside, inside + 1)) {
                return true;
            }
        }
    }

    private static void close(AtomicInteger gate) {
        int inside = gate.getAndUpdate(count -> count < 0 ? count : count + CLOSED);
        if (inside >= 0) {
            while (gate.get() != CLOSED) {
                Thread.onSpinWait();
            }
        }
    }
}
