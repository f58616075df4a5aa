package dev.sluice.internal.net.ports;

import dev.sluice.internal.net.ReadyWaiter;

/**
 * Ends the waits of one direction of a socket in time, so that its threads park without time: a timed
 * park of a virtual thread passes through a thread of the JDK.
 *
 * <p>The port's thread looks at the direction at {@link #lookNanos}. If its time has come by then the
 * waiting thread is woken; if it has moved away, which costs the thread that moves it one write, the
 * next look is at the new time. Only a thread whose time is before the next look has to ask for one.
 */
public class WaitTimer extends PortTimer {
    private static final long NEVER = ReadyWaiter.NO_DEADLINE;

    private final Poller poller;
    private final ReadyWaiter side;

    /** Written by the port's thread alone. */
    private volatile long lookNanos = NEVER;

    /** True from a request for a look until it begins. */
    private volatile boolean requested;

    /** True if the port's thread had no memory for the next look: the thread waits by itself. */
    private volatile boolean refused;

    /** Creates a timer that looks at nothing yet. */
    protected WaitTimer(Poller poller, ReadyWaiter side) {
        this.poller = poller;
        this.side = side;
    }

    /** Returns when the wait must end, or {@link ReadyWaiter#NO_DEADLINE}. */
    protected long dueNanos() {
        return side.deadlineNanos();
    }

    // ---- on the thread that waits --------------------------------------------------------------

    /** Returns true if the port's thread looks at the direction at this time or earlier. */
    final boolean looksBy(long nanos) {
        long look = lookNanos;
        return look != NEVER && look - nanos <= 0;
    }

    /** Asks for a look; false if the port's thread takes no request now. */
    final boolean requestLook() {
        if (refused) {
            refused = false;
            return false;
        }
        if (requested) {
            return true; // That look has not begun: it will see what this thread waits for.
        }
        requested = true;
        boolean taken = poller.offer(this);
        if (!taken) {
            requested = false;
        }
        return taken;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /**
     * Looks at the direction. What it reads must come after both writes: a thread first changes what
     * is read here, and then reads the two fields.
     */
    @Override
    public final void run() {
        requested = false;
        lookNanos = NEVER;
        long due = side.isInUse() ? dueNanos() : NEVER;
        if (due == NEVER) {
            end();
        } else if (due - System.nanoTime() > 0) {
            set(due);
        } else {
            end();
            poller.wake(side);
        }
    }

    private void set(long due) {
        try {
            poller.timers().set(this, due);
            lookNanos = due;
        } finally {
            if (lookNanos == NEVER) {
                refused = true;
                poller.wake(side);
            }
        }
    }

    /** Looks no more until a thread asks for it. */
    final void end() {
        lookNanos = NEVER;
        poller.timers().remove(this);
    }
}
