package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/** Ends requests at their deadline: a DELAY with OK, any other by a cancel that says DEADLINE. */
final class Deadlines {
    private final Engine engine;
    private final TimerHeap heap = new TimerHeap();

    Deadlines(Engine engine) {
        this.engine = engine;
    }

    long earliestNanos() {
        return heap.earliestNanos();
    }

    void add(Request request) {
        heap.add(request);
    }

    void remove(Request request) {
        heap.remove(request);
    }

    void reschedule(Request request, long deadline) {
        long deadlineNanos = comparable(deadline);
        request.deadlineNanos(deadlineNanos);
        boolean live =
                request.state == Request.State.WAITING || request.state == Request.State.STARTED;
        if (!live) {
            return;
        }
        if (deadlineNanos == Request.NO_DEADLINE) {
            heap.remove(request);
        } else if (request.timerIndex() >= 0) {
            heap.moved(request);
        } else if (request.cancelReason == null) {
            heap.add(request);
        }
    }

    /**
     * Times are compared by their difference, which must not overflow: what is farther than that in
     * the past or future is as far as can be told.
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

    void expire() {
        if (heap.isEmpty()) {
            return;
        }
        long nowNanos = System.nanoTime();
        Request request = heap.pollExpired(nowNanos);
        while (request != null) {
            if (request.kind == RequestKind.DELAY) {
                engine.finishTimer(request);
            } else {
                engine.cancel(request, Outcome.DEADLINE);
            }
            request = heap.pollExpired(nowNanos);
        }
    }
}
