package dev.sluice.internal.spi;

/** What a {@link TimerHeap} orders by time. The owner of the heap owns these fields too. */
public interface Timed {
    /** Returns its time by {@link System#nanoTime}; it must not change unless the heap is notified. */
    long deadlineNanos();

    /** Returns its index in the heap, which alone sets it; -1 if it is not there. */
    int timerIndex();

    /** Sets that index. */
    void timerIndex(int index);
}
