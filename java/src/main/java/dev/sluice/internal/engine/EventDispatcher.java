package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Hands out events in rounds: the queued ones, one step of the backend, the events of that step, and
 * so on. So no socket that always has an event keeps the backend from the others.
 */
final class EventDispatcher {
    private final Requests requests;
    private final Backend backend;
    private final EventQueue events;
    private final Deadlines deadlines;
    private final SocketCloser closer;
    private final int maxEventsPerPoll;

    /** Events of the current round: after them the backend takes its next step. */
    private int roundLeft;

    private int budgetLeft;
    private boolean expired;

    EventDispatcher(
            Requests requests,
            EventQueue events,
            Deadlines deadlines,
            SocketCloser closer,
            int maxEventsPerPoll) {
        this.requests = requests;
        this.backend = requests.backend;
        this.events = events;
        this.deadlines = deadlines;
        this.closer = closer;
        this.maxEventsPerPoll = maxEventsPerPoll;
    }

    void beginPoll() {
        budgetLeft = maxEventsPerPoll;
        roundLeft = events.size();
        expired = false;
    }

    /** Returns the next event of this poll, loaded into its request, or null if the poll is over. */
    @Nullable
    Request next() {
        while (budgetLeft > 0) {
            if (roundLeft > 0) {
                roundLeft--;
                budgetLeft--;
                return take();
            }
            requests.resumeBufferWaiters();
            boolean stepped = backend.step();
            roundLeft = events.size();
            if (roundLeft == 0 && !stepped) {
                // What the kernel had ready came first: a deadline must not win against it.
                if (!expireOnce()) {
                    return null;
                }
                roundLeft = events.size();
            }
        }
        expireOnce();
        return null;
    }

    /** Returns the next event of a port that ends, or null if none is queued now. */
    @Nullable
    Request nextAtEnd() {
        return events.isEmpty() ? null : take();
    }

    /** Ends what is over time, once in each poll; returns true if there are events now. */
    private boolean expireOnce() {
        if (expired) {
            return false;
        }
        expired = true;
        if (deadlines.isEmpty()) {
            return false;
        }
        long nowNanos = System.nanoTime();
        Request request = deadlines.pollExpired(nowNanos);
        while (request != null) {
            requests.expire(request);
            request = deadlines.pollExpired(nowNanos);
        }
        return !events.isEmpty();
    }

    private Request take() {
        Request first = events.first();
        if (first.hasPayload()) {
            releaseUntaken(first);
        }
        Request request = events.take();
        if (!request.more) {
            requests.release(request);
        }
        return request;
    }

    /** Releases the payload of the event before, if nobody took it: a request has one at a time. */
    private void releaseUntaken(Request request) {
        PoolBuffer buffer = request.buffer();
        Channel accepted = request.accepted();
        if (buffer != null) {
            request.clearPayload();
            buffer.pool.release(buffer);
        } else if (accepted != null && request.detached) {
            request.clearPayload();
            closer.closeDetached(accepted);
        }
    }
}
