package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import dev.sluice.internal.spi.TimerHeap;

/** The timers of a port, in the order of their times; of the port's thread. */
public final class PortTimers {
    private final TimerHeap<PortTimer> heap = new TimerHeap<>();

    private long changes;

    PortTimers() {}

    /** Sets the time of a timer by {@link System#nanoTime}. */
    public void set(PortTimer timer, long deadlineNanos) {
        changes++;
        timer.deadlineNanos(deadlineNanos);
        if (timer.timerIndex() < 0) {
            heap.add(timer);
        } else {
            heap.moved(timer);
        }
    }

    /** Removes a timer, if it is here. */
    public void remove(PortTimer timer) {
        if (timer.timerIndex() >= 0) {
            changes++;
            heap.remove(timer);
        }
    }

    /** Returns the number of timers. */
    public int size() {
        return heap.size();
    }

    /** Returns how often a timer was set or removed so far. */
    public long changes() {
        return changes;
    }

    /** Returns how long a poll may wait. */
    long waitNanos() {
        return heap.isEmpty()
                ? CompletionPort.FOREVER
                : Math.max(0, heap.earliestNanos() - System.nanoTime());
    }

    /** Runs the timers whose time has come. One that sets a new time moves from the top at once. */
    void runDue() {
        if (heap.isEmpty()) {
            return;
        }
        long nowNanos = System.nanoTime();
        PortTimer due = heap.firstExpired(nowNanos);
        while (due != null) {
            try {
                due.run();
            } finally {
                if (due.timerIndex() >= 0 && due.deadlineNanos() - nowNanos <= 0) {
                    remove(due); // It failed, or set no new time.
                }
            }
            due = heap.firstExpired(nowNanos);
        }
    }
}
