package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Request;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Requests by deadline, the earliest on top. Each request knows its place, so that taking one out
 * or moving its deadline costs the logarithm of their number and allocates nothing.
 */
final class TimerHeap {
    private @Nullable Request[] heap = new Request[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The earliest deadline, or {@link Request#NO_DEADLINE}. */
    long earliestNanos() {
        return size == 0 ? Request.NO_DEADLINE : at(0).deadlineNanos();
    }

    void add(Request request) {
        assert request.timerIndex() < 0 : "has a timer already: " + request;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int index = size++;
        heap[index] = request;
        request.timerIndex(index);
        siftUp(request, index);
    }

    void remove(Request request) {
        int index = request.timerIndex();
        if (index < 0) {
            return;
        }
        assert heap[index] == request : "another request's timer: " + request;
        Request last = at(--size);
        heap[size] = null;
        request.timerIndex(-1);
        if (last != request) {
            place(last, index);
            siftUp(last, index);
            siftDown(last, last.timerIndex());
        }
    }

    /** Puts a request whose deadline was changed where it belongs. */
    void moved(Request request) {
        siftUp(request, request.timerIndex());
        siftDown(request, request.timerIndex());
    }

    /** Takes the earliest request out if its deadline is at or before now. */
    @Nullable
    Request pollExpired(long nowNanos) {
        if (size == 0) {
            return null;
        }
        Request first = at(0);
        if (first.deadlineNanos() - nowNanos > 0) {
            return null;
        }
        remove(first);
        return first;
    }

    private void siftUp(Request request, int from) {
        int index = from;
        while (index > 0) {
            int above = (index - 1) >>> 1;
            Request parent = at(above);
            if (request.deadlineNanos() - parent.deadlineNanos() >= 0) {
                break;
            }
            place(parent, index);
            index = above;
        }
        place(request, index);
    }

    private void siftDown(Request request, int from) {
        int index = from;
        while (true) {
            int below = 2 * index + 1;
            if (below >= size) {
                break;
            }
            Request child = at(below);
            if (below + 1 < size && at(below + 1).deadlineNanos() - child.deadlineNanos() < 0) {
                child = at(++below);
            }
            if (child.deadlineNanos() - request.deadlineNanos() >= 0) {
                break;
            }
            place(child, index);
            index = below;
        }
        place(request, index);
    }

    private void place(Request request, int index) {
        heap[index] = request;
        request.timerIndex(index);
    }

    private Request at(int index) {
        Request request = heap[index];
        assert request != null : "a hole in the timer heap at " + index;
        return request;
    }
}
