package dev.sluice.internal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a port has done, counted by its thread and read by any thread. Writes are opaque, which costs
 * what a plain write costs. Times are measured only from the first reader on, since each takes two
 * readings of the clock.
 */
public final class PortCounters {
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong acceptFailures = new AtomicLong();
    private final AtomicLong asleepNanos = new AtomicLong();

    /** When the present sleep began; 0 while the port is awake, or nothing is measured. */
    private final AtomicLong sleepBegan = new AtomicLong();

    /** True while tasks or handlers may run: within a poll, except in its wait. */
    private final AtomicBoolean handling = new AtomicBoolean();

    private final AtomicBoolean measures = new AtomicBoolean();
    private final RecentMaximum handlingNanos = new RecentMaximum();

    /** When the port began to handle events; 0 if that is not measured. */
    private long handlingBegan;

    // ---- the port's thread -----------------------------------------------------------------------

    void beginPoll() {
        polls.setOpaque(polls.getPlain() + 1);
        beginHandling();
    }

    /** Begins a stretch of tasks and handlers. */
    void beginHandling() {
        handlingBegan = measures.getPlain() ? System.nanoTime() : 0;
        handling.setOpaque(true);
    }

    void addEvent() {
        events.setOpaque(events.getPlain() + 1);
    }

    /** Ends the stretch, before the wait and at the end of a poll, also of one that failed. */
    public void endHandling() {
        handling.setOpaque(false);
        if (handlingBegan != 0) {
            long nowNanos = System.nanoTime();
            handlingNanos.add(nowNanos - handlingBegan, nowNanos);
            handlingBegan = 0;
        }
    }

    void addAcceptFailure() {
        acceptFailures.setOpaque(acceptFailures.getPlain() + 1);
    }

    void beginSleep() {
        if (measures.getPlain()) {
            sleepBegan.setOpaque(System.nanoTime());
        }
    }

    void endSleep() {
        long beganNanos = sleepBegan.getPlain();
        if (beganNanos != 0) {
            sleepBegan.setOpaque(0);
            // After the other write: a reader that sees the sum does not add this sleep once more.
            asleepNanos.setRelease(asleepNanos.getPlain() + System.nanoTime() - beganNanos);
        }
    }

    // ---- any thread ------------------------------------------------------------------------------

    /** Measures times from now on. */
    public void measure() {
        if (!measures.getPlain()) {
            measures.setOpaque(true);
        }
    }

    /** Returns how many polls have begun. */
    public long polls() {
        return polls.getOpaque();
    }

    /** Returns how many events were delivered. */
    public long events() {
        return events.getOpaque();
    }

    /** Returns how many accepts failed for a cause that can pass. */
    public long acceptFailures() {
        return acceptFailures.getOpaque();
    }

    /** Returns how long the port has slept since times are measured, the present sleep included. */
    public long asleepNanos() {
        long sum = asleepNanos.getAcquire();
        long beganNanos = sleepBegan.getOpaque();
        return beganNanos == 0 ? sum : sum + Math.max(0, System.nanoTime() - beganNanos);
    }

    /** Returns the longest time for which tasks and handlers of one poll ran lately. */
    public long longestHandlingNanos() {
        return handlingNanos.at(System.nanoTime());
    }

    /** Returns true while a task or a handler may run. */
    public boolean isHandling() {
        return handling.getOpaque();
    }
}
