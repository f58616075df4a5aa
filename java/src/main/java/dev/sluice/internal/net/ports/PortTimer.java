package dev.sluice.internal.net.ports;

import dev.sluice.internal.spi.Timed;

/**
 * Something that the port's thread looks at when a time has come, or when another thread asks for it.
 * It then sets its next time, or none. So a time that moves away again and again costs nothing until
 * the earlier one has come.
 */
public abstract class PortTimer implements Timed, Runnable {
    private long deadlineNanos;
    private int timerIndex = -1;

    /** On the port's thread: looks at what has changed; it may be earlier than its time. */
    @Override
    public abstract void run();

    @Override
    public final long deadlineNanos() {
        return deadlineNanos;
    }

    final void deadlineNanos(long nanos) {
        deadlineNanos = nanos;
    }

    @Override
    public final int timerIndex() {
        return timerIndex;
    }

    @Override
    public final void timerIndex(int index) {
        timerIndex = index;
    }
}
