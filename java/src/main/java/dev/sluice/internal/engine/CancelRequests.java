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
        return (long) engine.sweep(channel, Lane.RECEIVES, Outcome.CANCELLED)
                + engine.sweep(channel, Lane.SENDS, Outcome.CANCELLED)
                + engine.sweep(channel, Lane.POLLS, Outcome.CANCELLED);
    }
}
