package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;

/** Shuts directions down, with one meaning on all operating systems. */
final class Shutdowns {
    private final SocketCalls sockets;

    Shutdowns(SocketCalls sockets) {
        this.sockets = sockets;
    }

    /** Asks the kernel to shut a direction down; returns its code, or 0. */
    int shut(Channel channel, int direction) {
        boolean shutBefore = channel.sendShut;
        if (direction != Request.SHUTDOWN_RECEIVE) {
            // Before the call: another thread may meet the end of the stream during it.
            channel.sendShut = true;
        }
        int code = sockets.shutdown(channel, direction);
        if (code != 0) {
            channel.sendShut = shutBefore;
        }
        return code;
    }

    /**
     * Returns what the code means. A stream that is no longer connected has ended on both sides or was
     * lost, and kernels have one code for both. Once the loss is known some kernels report success.
     */
    Outcome outcomeOf(Channel channel, int code, boolean shutBefore) {
        Outcome lost = channel.stream ? channel.lost() : null;
        if (code == 0) {
            return lost != null && !shutBefore ? lost : Outcome.OK;
        }
        Outcome outcome = sockets.outcomeOf(RequestKind.SHUTDOWN, code);
        if (!channel.stream || outcome != Outcome.NOT_CONNECTED) {
            return outcome;
        }
        if (lost != null) {
            return lost;
        }
        return shutBefore ? Outcome.OK : Outcome.RESET;
    }
}
