package dev.sluice.net;

import dev.sluice.Poll;
import org.jspecify.annotations.Nullable;

/** On a port that tells of readiness once for each question: Windows. */
final class OneShotReadSide extends DirectReadSide {
    private @Nullable Poll readable;
    private @Nullable Poll writable;

    OneShotReadSide(ConnectionState wire) {
        super(wire, true);
    }

    @Override
    boolean tellsEdges() {
        return false;
    }

    @Override
    void open() {
        // It is watched whenever somebody waits.
    }

    @Override
    Poll question(ReadyWaiter side) {
        if (side == this) {
            readable = ReadinessRequest.readable(readable, wire.socket, side);
            return readable;
        }
        writable = ReadinessRequest.writable(writable, wire.socket, side);
        return writable;
    }
}
