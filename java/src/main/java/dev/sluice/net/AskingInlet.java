package dev.sluice.net;

import dev.sluice.Poll;
import org.jspecify.annotations.Nullable;

/** On a port that tells of readiness once for each question: Windows. */
final class AskingInlet extends ReadinessInlet {
    private @Nullable Poll readable;
    private @Nullable Poll writable;

    AskingInlet(Wire wire) {
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
    Poll question(Direction side) {
        if (side == this) {
            readable = ReadinessQuestion.readable(readable, wire.socket, side);
            return readable;
        }
        writable = ReadinessQuestion.writable(writable, wire.socket, side);
        return writable;
    }
}
