package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Lane;
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
        return (long) sweep(channel, Lane.RECEIVES, Outcome.CANCELLED)
                + sweep(channel, Lane.SENDS, Outcome.CANCELLED)
                + sweep(channel, Lane.POLLS, Outcome.CANCELLED);
    }

    /** Cancels all requests of a lane; those that the backend holds may end later. */
    int sweep(Channel channel, Lane lane, Outcome reason) {
        boolean wasHeld = lane.isHeld(channel);
        lane.hold(channel);
        int count = 0;
        Request request = lane.head(channel);
        while (request != null) {
            Request following = request.next;
            if (engine.cancel(request, reason)) {
                count++;
            }
            request = following;
        }
        if (!wasHeld) {
            lane.letGo(channel);
        }
        if (channel.isOpen()) {
            engine.startNext(channel, lane);
        }
        return count;
    }
}
