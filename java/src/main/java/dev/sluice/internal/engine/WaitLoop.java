package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.WaitFailure;
import org.jspecify.annotations.Nullable;

/** How a port waits: it may look at the kernel again and again for a while before it sleeps. */
final class WaitLoop {
    /** Looks at the kernel between two looks at the clock, which costs as much as 20 ns. */
    private static final int LOOKS_PER_CLOCK = 16;

    /** How long a virtual owner may hold its carrier; others on it wait no longer than this. */
    private static final long NAP_NANOS = 200_000;

    private final Backend backend;
    private final EventQueue events;
    private final Deadlines deadlines;
    private final TaskQueue tasks;
    private final int spins;
    private final BlockingWaiter blockingWaiter;
    private final WaitRetries retries = new WaitRetries();
    private boolean ownerStays;

    WaitLoop(
            Backend backend, EventQueue events, Deadlines deadlines, TaskQueue tasks, int spins) {
        this.backend = backend;
        this.events = events;
        this.deadlines = deadlines;
        this.tasks = tasks;
        this.spins = spins;
        this.blockingWaiter = new BlockingWaiter(backend);
    }

    /** The owner keeps its thread while it waits. */
    void ownerStaysOnOneThread() {
        ownerStays = true;
    }

    /**
     * Returns when there is a kernel event, a task, a wake-up, or the time is over.
     *
     * @throws WaitFailure if the kernel keeps failing; from then on each time
     */
    void await(long timeoutNanos) {
        while (true) {
            retries.requireNone();
            try {
                awaitOnce(timeoutNanos);
                retries.noteSuccess();
                return;
            } catch (WaitFailure failure) {
                tasks.awake();
                retries.noteFailure(failure);
            }
        }
    }

    /** Looks at the kernel without waiting; it fails as {@link #await} does. */
    void look() {
        while (true) {
            retries.requireNone();
            try {
                backend.fetch(0);
                retries.noteSuccess();
                return;
            } catch (WaitFailure failure) {
                retries.noteFailure(failure);
            }
        }
    }

    /** Why the kernel cannot be asked any more, or null. */
    @Nullable
    WaitFailure failure() {
        return retries.lasting();
    }

    private void awaitOnce(long timeoutNanos) {
        boolean mustNotWait = timeoutNanos == 0 || !events.isEmpty() || backend.hasReadyWork();
        if (mustNotWait) {
            tasks.takeWakeup();
            backend.fetch(0);
            return;
        }
        long untilNanos = earliestEnd(timeoutNanos);
        if (spins != 0 && spin(untilNanos)) {
            tasks.takeWakeup();
            return;
        }
        if (tasks.goToSleep()) {
            sleep(untilNanos);
            tasks.awake();
        } else {
            backend.fetch(0);
        }
        tasks.takeWakeup();
    }

    private void sleep(long untilNanos) {
        if (ownerStays || !Thread.currentThread().isVirtual()) {
            backend.fetch(remaining(untilNanos));
            return;
        }
        if (!backend.waitsBriefly()) {
            // Each wait would keep the carrier for longer than others may have to wait for it.
            if (backend.fetch(0) == 0) {
                blockingWaiter.fetch(remaining(untilNanos));
            }
            return;
        }
        // First for a moment on the carrier, as changing threads twice costs more than most events
        // are apart; and what is submitted must be submitted by the owner.
        boolean far = untilNanos == Request.NO_DEADLINE || remaining(untilNanos) > NAP_NANOS;
        if (backend.fetch(far ? NAP_NANOS : remaining(untilNanos)) == 0 && far) {
            blockingWaiter.fetch(remaining(untilNanos));
        }
    }

    void close() {
        blockingWaiter.close();
    }

    private long earliestEnd(long timeoutNanos) {
        long timerNanos = deadlines.earliestNanos();
        if (timeoutNanos < 0) {
            return timerNanos;
        }
        // Times are compared by their difference: it must not pass the greatest long.
        long userNanos = System.nanoTime() + Math.min(timeoutNanos, Long.MAX_VALUE / 4);
        return timerNanos == Request.NO_DEADLINE || userNanos - timerNanos < 0
                ? userNanos
                : timerNanos;
    }

    private static long remaining(long untilNanos) {
        return untilNanos == Request.NO_DEADLINE
                ? -1
                : Math.max(0, untilNanos - System.nanoTime());
    }

    /** True when something came, or the time was over, while looking. */
    private boolean spin(long untilNanos) {
        for (int look = 0; spins < 0 || look < spins; look++) {
            if (backend.look() > 0 || !events.isEmpty() || !tasks.isEmpty()
                    || tasks.wakeupAsked()) {
                return true;
            }
            boolean timed = untilNanos != Request.NO_DEADLINE && look % LOOKS_PER_CLOCK == 0;
            if (timed && untilNanos - System.nanoTime() <= 0) {
                return true;
            }
        }
        return false;
    }
}
