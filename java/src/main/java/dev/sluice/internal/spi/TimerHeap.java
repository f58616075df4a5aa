package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A heap with the earliest time on top. Each element knows its index, so that removing one or moving
 * its time costs the logarithm of their number and allocates nothing. The times lie beside the
 * elements, and a node has four children: with 100,000 elements, most of which have left the cache,
 * that halves the cost of a move. Times are compared by their difference, which must not overflow.
 *
 * @param <T> the elements
 */
public class TimerHeap<T extends Timed> {
    private static final int CHILDREN = 4;

    private @Nullable Timed[] heap = new Timed[16];
    private long[] times = new long[16];
    private int size;

    /** Returns true if nothing is in it. */
    public final boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of elements. */
    public final int size() {
        return size;
    }

    /** Returns the earliest time, or {@link Request#NO_DEADLINE}. */
    public final long earliestNanos() {
        return size == 0 ? Request.NO_DEADLINE : times[0];
    }

    /** Adds an element that is in no heap. */
    public final void add(T element) {
        assert element.timerIndex() < 0 : "is in a heap already: " + element;
        if (size == heap.length) {
            // Both before either is kept: without memory the heap stays as it was.
            long[] moreTimes = Arrays.copyOf(times, size * 2);
            heap = Arrays.copyOf(heap, size * 2);
            times = moreTimes;
        }
        siftUp(element, element.deadlineNanos(), size++);
    }

    /** Removes an element, if it is here. */
    @SuppressWarnings("ReferenceEquality") // Elements compare by identity.
    public final void remove(T element) {
        int index = element.timerIndex();
        if (index < 0) {
            return;
        }
        assert heap[index] == element : "the index of another one: " + element;
        Timed last = at(--size);
        heap[size] = null;
        element.timerIndex(-1);
        if (index < size) {
            place(last, times[size], index);
        }
    }

    /** Restores the order after the time of an element of this heap has changed. */
    public final void moved(T element) {
        place(element, element.deadlineNanos(), element.timerIndex());
    }

    /** Returns the earliest element if its time is at or before now, else null. */
    @SuppressWarnings("unchecked") // Only elements of this type were added.
    public final @Nullable T firstExpired(long nowNanos) {
        return size == 0 || times[0] - nowNanos > 0 ? null : (T) at(0);
    }

    /** Removes and returns the earliest element if its time is at or before now, else null. */
    public final @Nullable T pollExpired(long nowNanos) {
        T first = firstExpired(nowNanos);
        if (first != null) {
            remove(first);
        }
        return first;
    }

    private void place(Timed element, long nanos, int index) {
        siftUp(element, nanos, index);
        siftDown(element, nanos, element.timerIndex());
    }

    private void siftUp(Timed element, long nanos, int from) {
        int index = from;
        while (index > 0) {
            int above = (index - 1) / CHILDREN;
            if (nanos - times[above] >= 0) {
                break;
            }
            set(index, at(above), times[above]);
            index = above;
        }
        set(index, element, nanos);
    }

    private void siftDown(Timed element, long nanos, int from) {
        int index = from;
        while (CHILDREN * index + 1 < size) {
            int below = earliestChild(index);
            if (times[below] - nanos >= 0) {
                break;
            }
            set(index, at(below), times[below]);
            index = below;
        }
        set(index, element, nanos);
    }

    private int earliestChild(int index) {
        int earliest = CHILDREN * index + 1;
        int end = Math.min(earliest + CHILDREN, size);
        for (int child = earliest + 1; child < end; child++) {
            if (times[child] - times[earliest] < 0) {
                earliest = child;
            }
        }
        return earliest;
    }

    private void set(int index, Timed element, long nanos) {
        heap[index] = element;
        times[index] = nanos;
        element.timerIndex(index);
    }

    private Timed at(int index) {
        Timed element = heap[index];
        assert element != null : "a hole in the heap at " + index;
        return element;
    }
}
