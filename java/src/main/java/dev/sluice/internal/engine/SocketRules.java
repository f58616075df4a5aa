package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/** What the state of a socket means for its requests, and what they mean for its state. */
final class SocketRules {
    private SocketRules() {}

    /** Returns false for the head of a queue that has to wait. */
    static boolean mayStart(Channel channel, Request head) {
        return switch (head.kind) {
            case ACCEPT -> !channel.acceptStarved;
            // A receive would take the error away that explains how the connect ended.
            case RECEIVE -> channel.state != Channel.State.CONNECTING;
            default -> true;
        };
    }

    /** Returns the outcome of a request that needs no kernel to be known, or null. */
    static @Nullable Outcome knownOutcome(Channel channel, Request request) {
        RequestKind kind = request.kind;
        boolean receive = kind == RequestKind.RECEIVE || kind == RequestKind.RECEIVE_FROM;
        // A discarding receive still asks: unread bytes would make the close a reset.
        boolean ended = channel.receiveShut || channel.endReported;
        if (receive && ended && !request.discard) {
            return Outcome.EOF;
        }
        boolean connected = channel.state == Channel.State.CONNECTED || !channel.isOpen();
        if (kind == RequestKind.DISCONNECT && !connected) {
            return Outcome.NOT_CONNECTED;
        }
        if (!channel.stream) {
            return null;
        }
        return switch (kind) {
            case CONNECT -> channel.state == Channel.State.OPEN ? null : Outcome.INVALID;
            // The kernel may still be connecting, and would then carry out transfers.
            case RECEIVE, SEND, SEND_VECTORED, SEND_FILE ->
                channel.connectFailed ? Outcome.NOT_CONNECTED : null;
            default -> null;
        };
    }

    /** Returns what an end means, given what we did and what happened to the socket before. */
    static Outcome translate(Channel channel, Request request, Outcome ended) {
        Outcome reason = request.cancelReason;
        if (ended == Outcome.CANCELLED && reason != null) {
            return reason;
        }
        Outcome lost = channel.lost();
        if (lost != null) {
            // The kernel reports the cause once. Later a receive sees an end of stream, or a reset
            // if the backend looks closer: the first cause is the true one.
            boolean cleanEnd =
                    ended == Outcome.EOF && (channel.receiveShut || channel.endReported);
            boolean hidden = ended == Outcome.RESET || (ended == Outcome.EOF && !cleanEnd);
            return hidden ? lost : ended;
        }
        if (ended == Outcome.EOF && !channel.receiveShut && !request.discard) {
            channel.endReported = true;
        } else if (ended != Outcome.OK) {
            channel.noteLoss(ended);
        }
        return ended;
    }

    /** Moves the socket after the end of a request that the backend had. */
    static void noteEnd(Channel channel, Request request, Outcome outcome) {
        if (request.kind == RequestKind.CONNECT && channel.state == Channel.State.CONNECTING) {
            channel.state = outcome == Outcome.OK ? Channel.State.CONNECTED : Channel.State.OPEN;
            channel.connectFailed = outcome != Outcome.OK;
        } else if (request.kind == RequestKind.DISCONNECT
                && outcome == Outcome.OK
                && channel.isOpen()) {
            channel.forgetConnection();
        }
    }

    /** Connects an accepted socket, which closes with the linger time of its listener. */
    static void inherit(Channel connection, Channel listener) {
        connection.state = Channel.State.CONNECTED;
        connection.lingerSeconds = listener.lingerSeconds;
    }
}
