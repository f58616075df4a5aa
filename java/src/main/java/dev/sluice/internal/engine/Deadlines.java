package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.TimerHeap;

/** Requests by deadline. */
final class Deadlines extends TimerHeap<Request> {
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
            moved(request);
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
}
