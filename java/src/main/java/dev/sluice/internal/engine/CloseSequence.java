package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Channel.ClosePhase;
import dev.sluice.internal.spi.Channel.Closing;
import dev.sluice.internal.spi.OperationQueue;
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
        Closing closing = new Closing(close);
        channel.closing = closing;
        close.outcome = Outcome.OK;
        engine.sweep(channel, OperationQueue.RECEIVES, Outcome.CLOSED_LOCALLY);
        engine.sweep(channel, OperationQueue.POLLS, Outcome.CLOSED_LOCALLY);
        if (!graceful) {
            engine.sweep(channel, OperationQueue.SENDS, Outcome.CLOSED_LOCALLY);
        }
        closing.phase = graceful ? ClosePhase.FLUSHING : ClosePhase.REAPING;
        advance(channel, close);
    }

    /**
     * How a send ended while the close was flushing. If not all its bytes went out, nothing more can
     * be delivered, and the peer must not take what it got for the whole.
     */
    void noteSent(Channel channel, Request send, Outcome outcome, long bytes) {
        boolean cutShort = outcome == Outcome.OK && bytes < send.length();
        // After a shutdown of our own the stream has ended whole: the late send was never a part of it.
        boolean late = outcome == Outcome.BROKEN_PIPE && channel.sendShut;
        if (closingOf(channel).phase != ClosePhase.FLUSHING || late
                || (outcome == Outcome.OK && !cutShort)) {
            return;
        }
        // A send with bytes moved is OK even if its deadline or a cancel cut it: that is the cause.
        Outcome reason = send.cancelReason == null ? Outcome.CANCELLED : send.cancelReason;
        closingOf(channel).request.outcome = cutShort ? reason : outcome;
        closingOf(channel).mode = Request.ABORT;
        sweepThenReap(channel);
    }

    /** What one discarding receive of the drain brought. */
    void noteDrained(Channel channel, Outcome outcome, long bytes) {
        if (closingOf(channel).phase != ClosePhase.DRAINING) {
            return;
        }
        Request close = closingOf(channel).request;
        if (outcome == Outcome.OK) {
            close.progress(close.progress() + bytes);
            return;
        }
        // Windows lets nobody receive once the receiving side was shut down (WSAESHUTDOWN).
        boolean refused = channel.receiveShut && outcome == Outcome.BROKEN_PIPE;
        Outcome lost = channel.lost;
        if (outcome != Outcome.EOF && !refused) {
            close.outcome = outcome;
        } else if (lost != null) {
            // An end that we made ourselves, or reported before, proves nothing about the rest.
            close.outcome = lost;
        }
        closingOf(channel).phase = ClosePhase.REAPING;
    }

    /**
     * Ends a waiting close early, at its deadline or because it was cancelled. A stream whose queued
     * bytes were not all sent is aborted, so that the peer cannot take the rest for the whole.
     *
     * @return false when nothing was left to hurry
     */
    boolean hurry(Request close, Outcome reason) {
        Channel channel = close.channel();
        switch (closingOf(channel).phase) {
            case FLUSHING, DRAINING -> {
                boolean unsent = channel.sends != null;
                boolean wanted = reason == Outcome.CANCELLED;
                closingOf(channel).mode =
                        unsent || wanted ? Request.ABORT : Request.IMMEDIATE;
            }
            case SWEEPING, REAPING, DONE -> {
                return false;
            }
        }
        close.outcome = reason;
        sweepThenReap(channel);
        advance(channel, close);
        return true;
    }

    private void sweepThenReap(Channel channel) {
        closingOf(channel).phase = ClosePhase.SWEEPING;
        engine.sweep(channel, OperationQueue.SENDS, Outcome.CLOSED_LOCALLY);
        engine.sweep(channel, OperationQueue.RECEIVES, Outcome.CLOSED_LOCALLY);
        closingOf(channel).phase = ClosePhase.REAPING;
    }

    /** Takes every step that nothing pending holds back. Called after each end of a request. */
    void advance(Channel channel) {
        advance(channel, closingOf(channel).request);
    }

    private void advance(Channel channel, Request close) {
        // Receives first: our FIN makes the peer end its side, and that would overtake their cancel.
        boolean flushed = channel.sends == null && channel.receives == null;
        if (closingOf(channel).phase == ClosePhase.FLUSHING && flushed) {
            shutdownSend(channel, close);
            closingOf(channel).phase = ClosePhase.DRAINING;
        }
        if (closingOf(channel).phase == ClosePhase.DRAINING && channel.receives == null) {
            drain(channel, close);
        }
        boolean reaped =
                channel.started == 0
                        && channel.receives == null
                        && channel.sends == null
                        && channel.polls == null;
        if (closingOf(channel).phase == ClosePhase.REAPING && reaped) {
            closingOf(channel).phase = ClosePhase.DONE;
            engine.startClose(channel, close);
        }
    }

    private void shutdownSend(Channel channel, Request close) {
        if (channel.sendShut) {
            return;
        }
        // If the connection is gone, the drain that follows may find a cause. If it sees only the
        // end of the stream, this outcome stays: a lost connection is no clean end.
        int code = Shutdowns.shut(backend, channel, Request.SHUTDOWN_SEND);
        close.outcome = Shutdowns.outcomeOf(backend, channel, code, false);
        channel.sendShut = true;
    }

    private void drain(Channel channel, Request close) {
        Request drain = close.drain();
        if (drain == null) {
            drain = new Request(RequestKind.RECEIVE, this);
            drain.channel = channel;
            drain.discard = true;
            drain.memory(drain.address(), DRAIN_BYTES);
            close.drain(drain);
        }
        engine.enqueueInternal(channel, drain);
    }

    private static Closing closingOf(Channel channel) {
        Closing closing = channel.closing;
        assert closing != null : "closing without a CLOSE: " + channel;
        return closing;
    }
}
