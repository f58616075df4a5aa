package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** Carries CANCEL requests out: of one operation, or of all of a socket. */
final class CancelRequests {
    private final Engine engine;
    private final EventQueue events;

    CancelRequests(Engine engine, EventQueue events) {
        this.engine = engine;
        this.events = events;
    }

    /** Its own event goes first: a CLOSE that it ends must stay the last event of the socket. */
    void carryOut(Request cancel) {
        engine.finish(cancel, Outcome.OK, 0, 0);
        events.amend(cancel, cancelAll(cancel));
    }

    private long cancelAll(Request cancel) {
        Request target = cancel.target();
        if (target != null) {
            return engine.cancel(target) ? 1 : 0;
        }
        Channel channel = cancel.channel();
        return (long) sweep(channel, OperationQueue.RECEIVES, Outcome.CANCELLED)
                + sweep(channel, OperationQueue.SENDS, Outcome.CANCELLED)
                + sweep(channel, OperationQueue.POLLS, Outcome.CANCELLED);
    }

    /** Cancels all requests of a queue; those that the backend holds may end later. */
    int sweep(Channel channel, OperationQueue queue, Outcome reason) {
        boolean wasHeld = queue.isLocked(channel);
        queue.lock(channel);
        int count = 0;
        Request request = queue.head(channel);
        while (request != null) {
            Request following = request.next;
            if (engine.cancel(request, reason)) {
                count++;
            }
            request = following;
        }
        if (!wasHeld) {
            queue.unlock(channel);
        }
        if (channel.isOpen()) {
            engine.startNext(channel, queue);
        }
        return count;
    }
}
