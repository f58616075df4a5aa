package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.OperationQueue;
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
        boolean shutBefore = channel.sendShut;
        Outcome outcome = Outcome.OK;
        int code = 0;
        // Shutting the sending side again is no error: systems differ here, so it is not asked.
        if (request.argument != Request.SHUTDOWN_SEND || !shutBefore) {
            code = shut(backend, channel, request.argument);
            outcome = outcomeOf(backend, channel, code, shutBefore);
        }
        if (outcome == Outcome.OK && request.argument != Request.SHUTDOWN_SEND) {
            // Systems differ in what a pending receive and later bytes do; here it is one rule.
            channel.receiveShut = true;
            endReceives(channel);
        }
        engine.complete(request, outcome, 0, outcome == Outcome.OK ? 0 : code);
    }

    /** Asks the system to shut a direction down; returns its code, 0 when it did. */
    static int shut(Backend backend, Channel channel, int direction) {
        boolean shutBefore = channel.sendShut;
        if (direction != Request.SHUTDOWN_RECEIVE) {
            // Before the call: another thread may meet the end of the stream while it lasts.
            channel.sendShut = true;
        }
        int code = backend.shutdown(channel, direction);
        if (code != 0) {
            channel.sendShut = shutBefore;
        }
        return code;
    }

    /**
     * What the code means. A stream that was connected, and is not any more, has ended on both sides
     * or was lost, for which systems have the same code. Once it is known to be lost, some succeed.
     */
    static Outcome outcomeOf(Backend backend, Channel channel, int code, boolean shutBefore) {
        Outcome lost = channel.stream ? channel.lost : null;
        if (code == 0) {
            return lost != null && !shutBefore ? lost : Outcome.OK;
        }
        Outcome outcome = backend.outcomeOf(RequestKind.SHUTDOWN, code);
        if (!channel.stream || outcome != Outcome.NOT_CONNECTED) {
            return outcome;
        }
        if (lost != null) {
            return lost;
        }
        return shutBefore ? Outcome.OK : Outcome.RESET;
    }

    /** The one with the backend may still bring bytes, so those behind it end after it. */
    private void endReceives(Channel channel) {
        Request head = channel.receives;
        if (head != null && head.state == Request.State.STARTED) {
            engine.cancel(head, Outcome.EOF);
        } else {
            engine.startNext(channel, OperationQueue.RECEIVES);
        }
    }
}
