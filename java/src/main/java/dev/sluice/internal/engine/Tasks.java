package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscChunkedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The only way by which other threads reach a port: tasks and wake-ups. A wake-up costs a system call
 * only while the owner sleeps in the kernel.
 */
public final class Tasks {
    /** The results of {@link #offer}. */
    public enum Offer {
        ACCEPTED,
        FULL,
        CLOSED
    }

    private static final int CLOSED = Integer.MIN_VALUE;

    private final Backend backend;
    private final int limit;
    private final MpscChunkedAtomicArrayQueue<Runnable> tasks;

    /** Ends of the engine's own work on other threads: never refused, at most one for each socket. */
    private final ConcurrentLinkedQueue<Runnable> reports = new ConcurrentLinkedQueue<>();

    /** True from before the owner's last look at the queues until it is back from the kernel. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    private final AtomicBoolean wakeupRequested = new AtomicBoolean();

    /** Threads inside {@link Backend#wakeup}; {@link #CLOSED} is added once no more may enter. */
    private final AtomicInteger wakers = new AtomicInteger();

    /** Threads inside {@link #offer}; {@link #CLOSED} is added once no more may enter. */
    private final AtomicInteger offerers = new AtomicInteger();

    Tasks(Backend backend, int limit) {
        this.backend = backend;
        this.tasks = new MpscChunkedAtomicArrayQueue<>(Math.min(64, limit / 2), limit);
        // The queue rounds up to a power of two; messages name the limit that it keeps.
        this.limit = tasks.capacity();
    }

    public int limit() {
        return limit;
    }

    // ---- any thread --------------------------------------------------------------------------

    /** Hands over a task. An accepted task runs, at the latest when the port closes. */
    public Offer offer(Runnable task) {
        if (!enter(offerers)) {
            return Offer.CLOSED;
        }
        boolean fitted;
        try {
            fitted = tasks.offer(task);
        } finally {
            offerers.getAndDecrement(); // Also without memory: the close waits for zero.
        }
        if (!fitted) {
            return Offer.FULL;
        }
        wakeIfAsleep();
        return Offer.ACCEPTED;
    }

    /** Ends the owner's wait. */
    public void wakeup() {
        wakeupRequested.set(true);
        wakeIfAsleep();
    }

    /** Hands over the end of the engine's own work, which is never refused. */
    void report(Runnable task) {
        reports.add(task);
        wakeIfAsleep();
    }

    /** Returns about how many tasks wait. */
    public int waiting() {
        return tasks.size();
    }

    private void wakeIfAsleep() {
        if (asleep.get() && asleep.compareAndSet(true, false) && enter(wakers)) {
            backend.wakeup();
            wakers.getAndDecrement();
        }
    }

    // ---- the owner: running ------------------------------------------------------------------

    /**
     * Runs tasks, at most as many as may wait, so that tasks which add tasks do not stop the port.
     *
     * @return true if it ran any
     */
    boolean runAll() {
        int ran = 0;
        Runnable task = poll();
        while (task != null) {
            task.run();
            ran++;
            task = ran < limit ? poll() : null;
        }
        return ran > 0;
    }

    /** Runs the last tasks; one that fails does not keep the others from running. */
    void runAllAtEnd(Consumer<Throwable> failures) {
        Runnable task = poll();
        while (task != null) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                failures.accept(failure);
            }
            task = poll();
        }
    }

    /** Runs the engine's own reports alone, once all tasks of users have run. */
    void runReports() {
        Runnable report = reports.poll();
        while (report != null) {
            report.run();
            report = reports.poll();
        }
    }

    @Nullable
    Runnable poll() {
        Runnable report = reports.poll();
        return report != null ? report : tasks.poll();
    }

    boolean isEmpty() {
        return reports.isEmpty() && tasks.isEmpty();
    }

    // ---- the owner: waiting --------------------------------------------------------------------

    /** Returns true if a wake-up was requested and not taken. */
    boolean isWakeupRequested() {
        return wakeupRequested.get();
    }

    /** Takes the wake-up that was requested since the last call. */
    boolean takeWakeup() {
        // The plain read comes first: an unconditional exchange costs an atomic in each poll.
        return wakeupRequested.get() && wakeupRequested.getAndSet(false);
    }

    /**
     * Announces that the owner will wait in the kernel. The flag and the queues are both volatile: the
     * owner sees a task here, or its sender sees the flag and wakes the owner.
     *
     * @return false if something came already, so that the owner must not wait
     */
    boolean fallAsleep() {
        asleep.set(true);
        if (isEmpty() && !wakeupRequested.get()) {
            return true;
        }
        asleep.set(false);
        return false;
    }

    void awake() {
        asleep.set(false);
    }

    // ---- the owner: the end ------------------------------------------------------------------

    /** Refuses tasks from now on, and waits for the threads that add one at this moment. */
    void refuseTasks() {
        close(offerers);
    }

    /** Refuses wake-ups from now on; afterwards no thread is inside the backend. */
    void refuseWakeups() {
        close(wakers);
    }

    private static boolean enter(AtomicInteger useCount) {
        while (true) {
            int inside = useCount.get();
            if (inside < 0) {
                return false;
            }
            if (useCount.compareAndSet(inside, inside + 1)) {
                return true;
            }
        }
    }

    private static void close(AtomicInteger useCount) {
        int inside = useCount.getAndUpdate(count -> count < 0 ? count : count + CLOSED);
        if (inside >= 0) {
            while (useCount.get() != CLOSED) {
                Thread.onSpinWait();
            }
        }
    }
}
