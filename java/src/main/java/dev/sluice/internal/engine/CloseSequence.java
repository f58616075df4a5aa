package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Channel.ClosePhase;
import dev.sluice.internal.spi.Channel.Closing;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * The steps by which a socket closes, the same on every operating system.
 *
 * <pre>
 * GRACEFUL:  SWEEPING (receives, polls) -> FLUSHING (they and the sends end, then shutdown(SEND))
 *            -> DRAINING (received bytes are discarded until end of stream) -> REAPING -> DONE
 * others:    SWEEPING (everything is cancelled) -> REAPING -> DONE
 * </pre>
 *
 * <p>The descriptor is closed only in the last step, when the backend has no request of the socket: a
 * close with a pending receive loses its reset on io_uring and may send one on Windows.
 */
final class CloseSequence implements Requests.ClosingSockets {
    private static final long DRAIN_BYTES = 64 * 1024;

    private final Requests requests;
    private final Deadlines deadlines;
    private final Shutdowns shutdowns;
    private final SocketCloser closer;

    CloseSequence(Requests requests, Deadlines deadlines, SocketCloser closer) {
        this.requests = requests;
        this.deadlines = deadlines;
        this.shutdowns = new Shutdowns(requests.backend.sockets());
        this.closer = closer;
    }

    /** Begins the close of a socket. */
    void begin(Channel channel, Request close) {
        boolean graceful =
                close.argument == Request.GRACEFUL
                        && channel.stream
                        && channel.state == Channel.State.CONNECTED;
        channel.state = Channel.State.CLOSING;
        Closing closing = new Closing(close);
        channel.closing = closing;
        requests.cancelAll(channel, OperationQueue.RECEIVES, Outcome.CLOSED_LOCALLY);
        requests.cancelAll(channel, OperationQueue.POLLS, Outcome.CLOSED_LOCALLY);
        if (!graceful) {
            requests.cancelAll(channel, OperationQueue.SENDS, Outcome.CLOSED_LOCALLY);
        }
        closing.phase = graceful ? ClosePhase.FLUSHING : ClosePhase.REAPING;
        advance(channel, closing);
    }

    /** Continues after the end of a request of the socket. */
    @Override
    public void ended(
            Channel channel,
            OperationQueue queue,
            Request request,
            Outcome outcome,
            long result) {
        Closing closing = closingOf(channel);
        if (request == closing.drain) {
            noteDrained(channel, closing, outcome, result);
        } else if (queue == OperationQueue.SENDS) {
            noteSent(channel, closing, request, outcome, result);
        }
        requests.startNext(channel, queue);
        advance(channel, closing);
    }

    /**
     * Notes the end of a send. If it fails or is truncated while the close is flushing, the peer must
     * not take what it got for the whole.
     */
    private void noteSent(
            Channel channel, Closing closing, Request send, Outcome outcome, long bytes) {
        boolean truncated = outcome == Outcome.OK && bytes < send.length();
        // After a shutdown of our own the stream has ended whole: the late send was never a part of it.
        boolean late = outcome == Outcome.BROKEN_PIPE && channel.sendShut;
        if (closing.phase != ClosePhase.FLUSHING || late
                || (outcome == Outcome.OK && !truncated)) {
            return;
        }
        // A send with bytes moved is OK even if its deadline or a cancel cut it: that is the cause.
        Outcome reason = send.cancelReason == null ? Outcome.CANCELLED : send.cancelReason;
        closing.outcome = truncated ? reason : outcome;
        closing.mode = Request.ABORT;
        sweepThenReap(channel, closing);
    }

    /** Notes the end of one discarding receive. */
    private static void noteDrained(
            Channel channel, Closing closing, Outcome outcome, long bytes) {
        if (closing.phase != ClosePhase.DRAINING) {
            return;
        }
        if (outcome == Outcome.OK) {
            closing.drainedBytes += bytes;
            return;
        }
        // Windows refuses receives once the receiving side was shut down (WSAESHUTDOWN).
        boolean refused = channel.receiveShut && outcome == Outcome.BROKEN_PIPE;
        Outcome lost = channel.lost();
        if (outcome != Outcome.EOF && !refused) {
            closing.outcome = outcome;
        } else if (lost != null) {
            // An end that we made ourselves, or reported before, proves nothing about the rest.
            closing.outcome = lost;
        }
        closing.phase = ClosePhase.REAPING;
    }

    /**
     * Ends a waiting close early, at its deadline or by a cancel. A stream with unsent bytes is aborted,
     * so that the peer does not take a part for the whole.
     */
    @Override
    public boolean hurry(Request close, Outcome reason) {
        Channel channel = close.channel();
        Closing closing = closingOf(channel);
        switch (closing.phase) {
            case FLUSHING, DRAINING -> {
                boolean unsent = channel.sends != null;
                boolean requested = reason == Outcome.CANCELLED;
                closing.mode = unsent || requested ? Request.ABORT : Request.IMMEDIATE;
            }
            case SWEEPING, REAPING, DONE -> {
                return false;
            }
        }
        closing.outcome = reason;
        sweepThenReap(channel, closing);
        advance(channel, closing);
        return true;
    }

    private void sweepThenReap(Channel channel, Closing closing) {
        closing.phase = ClosePhase.SWEEPING;
        requests.cancelAll(channel, OperationQueue.SENDS, Outcome.CLOSED_LOCALLY);
        requests.cancelAll(channel, OperationQueue.RECEIVES, Outcome.CLOSED_LOCALLY);
        closing.phase = ClosePhase.REAPING;
    }

    /** Takes every step that nothing pending holds back. */
    private void advance(Channel channel, Closing closing) {
        // Receives first: our FIN makes the peer end its side, and that would overtake their cancel.
        boolean flushed = channel.sends == null && channel.receives == null;
        if (closing.phase == ClosePhase.FLUSHING && flushed) {
            shutdownSend(channel, closing);
            closing.phase = ClosePhase.DRAINING;
        }
        if (closing.phase == ClosePhase.DRAINING && channel.receives == null) {
            drain(channel, closing);
        }
        boolean reaped =
                channel.started == 0
                        && channel.receives == null
                        && channel.sends == null
                        && channel.polls == null;
        if (closing.phase == ClosePhase.REAPING && reaped) {
            closing.phase = ClosePhase.DONE;
            Request close = closing.request;
            deadlines.remove(close);
            close.state = Request.State.STARTED;
            closer.close(channel, close);
        }
    }

    private void shutdownSend(Channel channel, Closing closing) {
        if (channel.sendShut) {
            return;
        }
        // If the connection is gone, the drain that follows may find a cause. If it sees only the
        // end of the stream, this outcome stays: a lost connection is no clean end.
        int code = shutdowns.shut(channel, Request.SHUTDOWN_SEND);
        closing.outcome = shutdowns.outcomeOf(channel, code, false);
        channel.sendShut = true;
    }

    private void drain(Channel channel, Closing closing) {
        Request drain = closing.drain;
        if (drain == null) {
            drain = new Request(RequestKind.RECEIVE, this);
            drain.channel = channel;
            drain.discard = true;
            drain.memory(0, DRAIN_BYTES);
            closing.drain = drain;
        }
        boolean claimed = requests.claim(drain);
        assert claimed : "no slot in the reserve";
        requests.enqueue(channel, drain);
    }

    private static Closing closingOf(Channel channel) {
        Closing closing = channel.closing;
        assert closing != null : "closing without a CLOSE: " + channel;
        return closing;
    }
}
