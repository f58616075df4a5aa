package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Lane;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/** Shuts directions down, with one meaning on all systems. */
final class Shutdowns {
    private final Engine engine;
    private final Backend backend;

    Shutdowns(Engine engine, Backend backend) {
        this.engine = engine;
        this.backend = backend;
    }

    /** Carries a started SHUTDOWN out and ends it. */
    void carryOut(Channel channel, Request request) {
        if (channel.state != Channel.State.CONNECTED && channel.isOpen()) {
            engine.complete(request, Outcome.NOT_CONNECTED, 0, 0);
            return;
        }
        int code = 0;
        // Shutting the sending side again is no error: systems differ here, so it is not asked.
        if (request.argument != Request.SHUTDOWN_SEND || !channel.sendShut) {
            code = backend.shutdown(channel, request.argument);
        }
        if (code == 0 && request.argument != Request.SHUTDOWN_RECEIVE) {
            channel.sendShut = true;
        }
        if (code == 0 && request.argument != Request.SHUTDOWN_SEND) {
            // Systems differ in what a pending receive and later bytes do; here it is one rule.
            channel.receiveShut = true;
            endReceives(channel);
        }
        Outcome outcome = code == 0 ? Outcome.OK : backend.outcomeOf(RequestKind.SHUTDOWN, code);
        engine.complete(request, outcome, 0, code);
    }

    /** The one with the backend may still bring bytes, so those behind it end after it. */
    private void endReceives(Channel channel) {
        Request head = channel.receives;
        if (head != null && head.state == Request.State.STARTED) {
            engine.cancel(head, Outcome.EOF);
        } else {
            engine.startNext(channel, Lane.RECEIVES);
        }
    }
}
