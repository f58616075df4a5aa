package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/** How requests end by what the port knows of their socket, whatever the system says. */
final class Outcomes {
    private Outcomes() {}

    /** How a request ends whatever the system would say, or null when it is to be asked. */
    static @Nullable Outcome withoutAsking(Channel channel, Request request) {
        RequestKind kind = request.kind;
        boolean receive = kind == RequestKind.RECEIVE || kind == RequestKind.RECEIVE_FROM;
        // What lies unread in the system would make its close a reset: that is still taken away.
        boolean ended = channel.receiveShut || channel.endTold;
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
            case RECEIVE, SEND, SEND_VECTORED -> notConnected(channel);
            default -> null;
        };
    }

    /** A connect that was given up goes on in the kernel, and so would transfers behind it. */
    private static @Nullable Outcome notConnected(Channel channel) {
        return channel.connectFailed ? Outcome.NOT_CONNECTED : null;
    }

    /** What an end means, given what we did ourselves and what happened to the socket before. */
    static Outcome translate(Channel channel, Request request, Outcome ended) {
        Outcome reason = request.cancelReason;
        if (ended == Outcome.CANCELLED && reason != null) {
            return reason;
        }
        Outcome lost = channel.lost;
        // A kernel tells the cause once. What follows looks like a clean end to a receive, or to a
        // backend that looks closer like a reset: the first cause is the true one.
        boolean cleanEnd = ended == Outcome.EOF && (channel.receiveShut || channel.endTold);
        boolean hidden = ended == Outcome.RESET || (ended == Outcome.EOF && !cleanEnd);
        if (lost != null) {
            return hidden ? lost : ended;
        }
        if (ended == Outcome.EOF && !channel.receiveShut && !request.discard) {
            channel.endTold = true;
        } else {
            channel.noteLoss(ended);
        }
        return ended;
    }
}
