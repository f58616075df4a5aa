package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** Cancels what is pending on a socket, queue by queue. */
final class Cancels {
    private final Engine engine;

    Cancels(Engine engine) {
        this.engine = engine;
    }

    /** Cancels all requests of a socket and returns how many were asked to end. */
    int cancelAll(Channel channel) {
        if (channel.state == Channel.State.CLOSED) {
            return 0;
        }
        return sweep(channel, OperationQueue.RECEIVES, Outcome.CANCELLED)
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
