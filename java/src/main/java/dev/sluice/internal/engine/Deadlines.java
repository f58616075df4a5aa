package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Request;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Requests by deadline: a binary heap with the earliest on top. Each request knows its index, so
 * that removing one or moving its deadline costs the logarithm of their number and allocates nothing.
 */
final class Deadlines {
    private @Nullable Request[] heap = new Request[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the earliest deadline, or {@link Request#NO_DEADLINE}. */
    long earliestNanos() {
        return size == 0 ? Request.NO_DEADLINE : at(0).deadlineNanos();
    }

    void add(Request request) {
        assert request.timerIndex() < 0 : "has a deadline already: " + request;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int index = size++;
        heap[index] = request;
        request.timerIndex(index);
        siftUp(request, index);
    }

    /** Removes a request, if it is here. */
    void remove(Request request) {
        int index = request.timerIndex();
        if (index < 0) {
            return;
        }
        assert heap[index] == request : "the index of another request: " + request;
        Request last = at(--size);
        heap[size] = null;
        request.timerIndex(-1);
        if (last != request) {
            set(index, last);
            siftUp(last, index);
            siftDown(last, last.timerIndex());
        }
    }

    /** Removes and returns the earliest request if its deadline is at or before now, else null. */
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

    /** Changes the deadline of a request, which may be pending. */
    void reschedule(Request request, long deadline) {
        long deadlineNanos = comparable(deadline);
        request.deadlineNanos(deadlineNanos);
        boolean live =
                request.state == Request.State.WAITING || request.state == Request.State.STARTED;
        if (!live) {
            return;
        }
        if (deadlineNanos == Request.NO_DEADLINE) {
            remove(request);
        } else if (request.timerIndex() >= 0) {
            siftUp(request, request.timerIndex());
            siftDown(request, request.timerIndex());
        } else if (request.cancelReason == null) {
            add(request);
        }
    }

    /**
     * Clamps a deadline to a range in which differences do not overflow, since times are compared by
     * their difference.
     */
    private static long comparable(long deadlineNanos) {
        boolean near = Math.abs(deadlineNanos / 2) <= Long.MAX_VALUE / 4;
        if (near || deadlineNanos == Request.NO_DEADLINE) {
            return deadlineNanos;
        }
        long nowNanos = System.nanoTime();
        long farthest = Long.MAX_VALUE / 4;
        return Math.clamp(deadlineNanos, nowNanos - farthest, nowNanos + farthest);
    }

    // ---- the heap ----------------------------------------------------------------------------

    private void siftUp(Request request, int from) {
        int index = from;
        while (index > 0) {
            int above = (index - 1) >>> 1;
            Request parent = at(above);
            if (request.deadlineNanos() - parent.deadlineNanos() >= 0) {
                break;
            }
            set(index, parent);
            index = above;
        }
        set(index, request);
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
            set(index, child);
            index = below;
        }
        set(index, request);
    }

    private void set(int index, Request request) {
        heap[index] = request;
        request.timerIndex(index);
    }

    private Request at(int index) {
        Request request = heap[index];
        assert request != null : "a hole in the heap at " + index;
        return request;
    }
}
