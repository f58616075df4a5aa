package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** How what was done with a socket moves it through its states. */
final class SocketStates {
    private SocketStates() {}

    /** False for a request that waits although it is the first of its queue. */
    static boolean mayStart(Channel channel, Request head) {
        return switch (head.kind) {
            case ACCEPT -> !channel.acceptStarved;
            // A receive would take the error away that tells how the connect ended.
            case RECEIVE -> channel.state != Channel.State.CONNECTING;
            default -> true;
        };
    }

    /** Notes the end of a request that the backend had; others change nothing. */
    static void note(Channel channel, Request request, Outcome outcome) {
        switch (request.kind) {
            case CONNECT -> {
                if (channel.state == Channel.State.CONNECTING) {
                    channel.state =
                            outcome == Outcome.OK ? Channel.State.CONNECTED : Channel.State.OPEN;
                    channel.connectFailed = outcome != Outcome.OK;
                }
            }
            case DISCONNECT -> {
                if (outcome == Outcome.OK && channel.isOpen()) {
                    channel.state = Channel.State.OPEN;
                    channel.sendShut = false;
                    channel.receiveShut = false;
                    channel.endTold = false;
                    channel.lost = null;
                }
            }
            case ACCEPT -> {
                Channel accepted = request.accepted();
                if (accepted != null && !request.multishot) {
                    accepted.state = Channel.State.CONNECTED;
                }
            }
            default -> {
                // The other kinds do not change what a socket is.
            }
        }
    }
}
