package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.PortOwner;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.WaitFailure;
import org.jspecify.annotations.Nullable;

/** Waits for events of the kernel: it may spin for a while before it blocks. */
final class WaitLoop {
    static {
        EarlyClasses.load(WaitRetries.class);
    }

    /** Looks at the kernel between two looks at the clock, which takes up to 20 ns. */
    private static final int LOOKS_PER_CLOCK = 16;

    /** How long a virtual owner may block its carrier, and with it the other threads there. */
    private static final long NAP_NANOS = 200_000;

    private final Backend backend;
    private final EventQueue events;
    private final Deadlines deadlines;
    private final Tasks tasks;
    private final PortOwner owner;
    private final int spins;
    private final BlockingWaiter blockingWaiter;

    /** Null until a first wait failed. */
    private @Nullable WaitRetries retries;

    WaitLoop(
            Backend backend,
            EventQueue events,
            Deadlines deadlines,
            Tasks tasks,
            PortOwner owner,
            int spins) {
        this.backend = backend;
        this.events = events;
        this.deadlines = deadlines;
        this.tasks = tasks;
        this.owner = owner;
        this.spins = spins;
        this.blockingWaiter = new BlockingWaiter(backend);
    }

    /**
     * Returns when there is a kernel event, a task or a wake-up, or the time is over.
     *
     * @throws WaitFailure if the kernel keeps failing; from then on each time
     */
    void await(long timeoutNanos) {
        while (true) {
            requireNoFailure();
            try {
                awaitOnce(timeoutNanos);
                noteSuccess();
                return;
            } catch (WaitFailure failure) {
                tasks.awake();
                events.counters.endSleep();
                noteFailure(failure);
            }
        }
    }

    /** Fetches events without waiting; it fails as {@link #await} does. */
    void look() {
        while (true) {
            requireNoFailure();
            try {
                backend.fetch(0);
                noteSuccess();
                return;
            } catch (WaitFailure failure) {
                noteFailure(failure);
            }
        }
    }

    /** Returns why the kernel cannot be asked any more, or null. */
    @Nullable
    WaitFailure failure() {
        WaitRetries present = retries;
        return present == null ? null : present.lasting();
    }

    private void requireNoFailure() {
        WaitFailure lasting = failure();
        if (lasting != null) {
            throw new WaitFailure(lasting);
        }
    }

    private void noteSuccess() {
        retries = null;
    }

    private void noteFailure(WaitFailure failure) {
        WaitRetries present = retries;
        if (present == null) {
            present = new WaitRetries();
            retries = present;
        }
        present.pauseAfter(failure);
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
        if (tasks.fallAsleep()) {
            events.counters.beginSleep();
            sleep(untilNanos);
            tasks.awake();
            events.counters.endSleep();
        } else {
            backend.fetch(0);
        }
        tasks.takeWakeup();
    }

    private void sleep(long untilNanos) {
        if (owner.staysOnOneThread()) {
            backend.fetch(remaining(untilNanos));
            return;
        }
        if (!backend.waitsBriefly()) {
            // Each wait would block the carrier for longer than the other threads there may wait.
            if (backend.fetch(0) == 0) {
                blockingWaiter.fetch(remaining(untilNanos));
            }
            return;
        }
        // First for a moment on the carrier: changing threads twice takes longer than most events are
        // apart. And the owner itself must submit what it has for the kernel.
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
        // Times are compared by their difference, which must not overflow.
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

    /** Spins; returns true if something came or the time is over. */
    private boolean spin(long untilNanos) {
        for (int look = 0; spins < 0 || look < spins; look++) {
            if (backend.look() > 0 || !events.isEmpty() || !tasks.isEmpty()
                    || tasks.isWakeupRequested()) {
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
