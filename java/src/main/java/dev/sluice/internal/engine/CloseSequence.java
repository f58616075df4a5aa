package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Channel.ClosePhase;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * The steps by which a socket ends, the same on every system.
 *
 * <pre>
 * GRACEFUL:  SWEEPING (receives, polls) -> FLUSHING (they and the sends end, then shutdown(SEND))
 *            -> DRAINING (received bytes are discarded until end of stream) -> REAPING -> DONE
 * others:    SWEEPING (everything is cancelled) -> REAPING -> DONE
 * </pre>
 *
 * <p>The descriptor is given back only in the last step, when the backend holds no request of the
 * socket: a close with a pending receive loses its reset on io_uring and may send one on Windows.
 */
final class CloseSequence {
    private static final long DRAIN_BYTES = 64 * 1024;

    private final Engine engine;
    private final Backend backend;

    CloseSequence(Engine engine, Backend backend) {
        this.engine = engine;
        this.backend = backend;
    }

    void begin(Channel channel, Request close) {
        boolean graceful =
                close.argument == Request.GRACEFUL
                        && channel.stream
                        && channel.state == Channel.State.CONNECTED;
        channel.state = Channel.State.CLOSING;
        channel.closer = close;
        channel.closeMode = close.argument;
        close.outcome = Outcome.OK;
        channel.closePhase = ClosePhase.SWEEPING;
        engine.sweep(channel, channel.receives, Outcome.CLOSED_LOCALLY);
        engine.sweep(channel, channel.polls, Outcome.CLOSED_LOCALLY);
        if (!graceful) {
            engine.sweep(channel, channel.sends, Outcome.CLOSED_LOCALLY);
        }
        channel.closePhase = graceful ? ClosePhase.FLUSHING : ClosePhase.REAPING;
        advance(channel, close);
    }

    /**
     * How a send ended while the close was flushing. If not all its bytes went out, nothing more can
     * be delivered, and the peer must not take what it got for the whole.
     */
    void noteSent(Channel channel, Request send, Outcome outcome, long bytes) {
        boolean cutShort = outcome == Outcome.OK && bytes < send.length;
        if (channel.closePhase != ClosePhase.FLUSHING || (outcome == Outcome.OK && !cutShort)) {
            return;
        }
        // A send with bytes moved is OK even if its deadline or a cancel cut it: that is the cause.
        Outcome reason = send.cancelReason == null ? Outcome.CANCELLED : send.cancelReason;
        closer(channel).outcome = cutShort ? reason : outcome;
        channel.closeMode = Request.ABORT;
        sweepThenReap(channel);
    }

    /** What one discarding receive of the drain brought. */
    void noteDrained(Channel channel, Outcome outcome, long bytes) {
        if (channel.closePhase != ClosePhase.DRAINING) {
            return;
        }
        Request close = closer(channel);
        if (outcome == Outcome.OK) {
            close.progress += bytes;
            return;
        }
        // Windows lets nobody receive once the receiving side was shut down (WSAESHUTDOWN).
        boolean refused = channel.receiveShut && outcome == Outcome.BROKEN_PIPE;
        Outcome lost = channel.lost;
        if (outcome != Outcome.EOF && !refused) {
            close.outcome = outcome;
        } else if (channel.receiveShut && lost != null) {
            // An end that we made ourselves says nothing; what happened before does.
            close.outcome = lost;
        }
        channel.closePhase = ClosePhase.REAPING;
    }

    /**
     * Ends a waiting close early, at its deadline or because it was cancelled. A stream whose queued
     * bytes were not all sent is aborted, so that the peer cannot take the rest for the whole.
     *
     * @return false when nothing was left to hurry
     */
    boolean hurry(Request close, Outcome reason) {
        Channel channel = close.channel();
        switch (channel.closePhase) {
            case FLUSHING, DRAINING -> {
                boolean unsent = !channel.sends.isEmpty();
                boolean wanted = reason == Outcome.CANCELLED;
                channel.closeMode = unsent || wanted ? Request.ABORT : Request.IMMEDIATE;
            }
            case NONE, SWEEPING, REAPING, DONE -> {
                return false;
            }
        }
        close.outcome = reason;
        sweepThenReap(channel);
        advance(channel, close);
        return true;
    }

    private void sweepThenReap(Channel channel) {
        channel.closePhase = ClosePhase.SWEEPING;
        engine.sweep(channel, channel.sends, Outcome.CLOSED_LOCALLY);
        engine.sweep(channel, channel.receives, Outcome.CLOSED_LOCALLY);
        channel.closePhase = ClosePhase.REAPING;
    }

    /** Takes every step that nothing pending holds back. Called after each end of a request. */
    void advance(Channel channel) {
        advance(channel, closer(channel));
    }

    private void advance(Channel channel, Request close) {
        // Receives first: our FIN makes the peer end its side, and that would overtake their cancel.
        boolean flushed = channel.sends.isEmpty() && channel.receives.isEmpty();
        if (channel.closePhase == ClosePhase.FLUSHING && flushed) {
            shutdownSend(channel, close);
            channel.closePhase = ClosePhase.DRAINING;
        }
        if (channel.closePhase == ClosePhase.DRAINING && channel.receives.isEmpty()) {
            drain(channel, close);
        }
        boolean reaped =
                channel.started == 0
                        && channel.receives.isEmpty()
                        && channel.sends.isEmpty()
                        && channel.polls.isEmpty();
        if (channel.closePhase == ClosePhase.REAPING && reaped) {
            channel.closePhase = ClosePhase.DONE;
            engine.startClose(channel, close);
        }
    }

    private void shutdownSend(Channel channel, Request close) {
        if (channel.sendShut) {
            return;
        }
        int code = backend.shutdown(channel, Request.SHUTDOWN_SEND);
        if (code != 0) {
            // The connection is gone. The drain that follows may tell more; if it sees only the
            // end of the stream, this outcome stays: a lost connection is no clean end.
            close.outcome = backend.outcomeOf(RequestKind.SHUTDOWN, code);
        }
        channel.sendShut = true;
    }

    private void drain(Channel channel, Request close) {
        Request drain = close.target;
        if (drain == null) {
            drain = new Request(RequestKind.RECEIVE, this);
            drain.channel = channel;
            drain.discard = true;
            drain.length = DRAIN_BYTES;
            close.target = drain;
        }
        engine.enqueueInternal(channel, drain);
    }

    private static Request closer(Channel channel) {
        Request close = channel.closer;
        assert close != null : "closing without a CLOSE: " + channel;
        return close;
    }
}
