package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Hands out events in rounds: those that were there, then one step of the backend, then what that
 * brought, and so on. So no socket that always has an event keeps the backend from the others.
 */
final class EventDispatcher {
    private final Backend backend;
    private final EventQueue events;
    private final Deadlines deadlines;
    private final BufferWaiters bufferWaiters;
    private final Engine engine;

    /** Events of the current round: after them the backend takes its next step. */
    private int roundLeft;

    private int budgetLeft;
    private boolean expired;

    EventDispatcher(
            Backend backend,
            EventQueue events,
            Deadlines deadlines,
            BufferWaiters bufferWaiters,
            Engine engine) {
        this.backend = backend;
        this.events = events;
        this.deadlines = deadlines;
        this.bufferWaiters = bufferWaiters;
        this.engine = engine;
    }

    void beginPoll(int maxEvents) {
        budgetLeft = maxEvents;
        roundLeft = events.size();
        expired = false;
    }

    /** The next event of this poll, loaded into its request, or null when the poll is over. */
    @Nullable
    Request next() {
        while (budgetLeft > 0) {
            if (roundLeft > 0) {
                roundLeft--;
                budgetLeft--;
                return take();
            }
            bufferWaiters.resume();
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

    /** The next event of a port that ends, or null when none is queued now. */
    @Nullable
    Request nextAtEnd() {
        return events.isEmpty() ? null : take();
    }

    /** Ends what is over time, once in each poll; true if that brought events. */
    private boolean expireOnce() {
        if (expired) {
            return false;
        }
        expired = true;
        deadlines.expire();
        return !events.isEmpty();
    }

    private Request take() {
        releaseUntaken(events.first());
        Request request = events.take();
        if (!request.more) {
            engine.release(request);
        }
        return request;
    }

    /** What the event before brought is still there where no handler is: it must not get lost. */
    private void releaseUntaken(Request request) {
        PoolBuffer buffer = request.buffer();
        if (buffer != null) {
            request.payload(null);
            buffer.pool.release(buffer);
        }
        Channel accepted = request.accepted();
        if (accepted != null && request.detached) {
            request.payload(null);
            backend.closeDetached(accepted);
        }
    }
}
