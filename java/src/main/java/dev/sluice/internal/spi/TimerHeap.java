package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap with the earliest time on top. Each element knows its index, so that removing one or
 * moving its time costs the logarithm of their number and allocates nothing. Times are compared by
 * their difference, which must not overflow.
 *
 * @param <T> the elements
 */
public class TimerHeap<T extends Timed> {
    private @Nullable Timed[] heap = new Timed[16];
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
        return size == 0 ? Request.NO_DEADLINE : at(0).deadlineNanos();
    }

    /** Adds an element that is in no heap. */
    public final void add(T element) {
        assert element.timerIndex() < 0 : "is in a heap already: " + element;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int index = size++;
        heap[index] = element;
        element.timerIndex(index);
        siftUp(element, index);
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
            set(index, last);
            siftUp(last, index);
            siftDown(last, last.timerIndex());
        }
    }

    /** Restores the order after the time of an element of this heap has changed. */
    public final void moved(T element) {
        siftUp(element, element.timerIndex());
        siftDown(element, element.timerIndex());
    }

    /** Removes and returns the earliest element if its time is at or before now, else null. */
    @SuppressWarnings("unchecked") // Only elements of this type were added.
    public final @Nullable T pollExpired(long nowNanos) {
        if (size == 0) {
            return null;
        }
        T first = (T) at(0);
        if (first.deadlineNanos() - nowNanos > 0) {
            return null;
        }
        remove(first);
        return first;
    }

    private void siftUp(Timed element, int from) {
        int index = from;
        while (index > 0) {
            int above = (index - 1) >>> 1;
            Timed parent = at(above);
            if (element.deadlineNanos() - parent.deadlineNanos() >= 0) {
                break;
            }
            set(index, parent);
            index = above;
        }
        set(index, element);
    }

    private void siftDown(Timed element, int from) {
        int index = from;
        while (true) {
            int below = 2 * index + 1;
            if (below >= size) {
                break;
            }
            Timed child = at(below);
            if (below + 1 < size && at(below + 1).deadlineNanos() - child.deadlineNanos() < 0) {
                child = at(++below);
            }
            if (child.deadlineNanos() - element.deadlineNanos() >= 0) {
                break;
            }
            set(index, child);
            index = below;
        }
        set(index, element);
    }

    private void set(int index, Timed element) {
        heap[index] = element;
        element.timerIndex(index);
    }

    private Timed at(int index) {
        Timed element = heap[index];
        assert element != null : "a hole in the heap at " + index;
        return element;
    }
}
