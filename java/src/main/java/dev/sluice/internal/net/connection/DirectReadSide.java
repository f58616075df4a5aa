package dev.sluice.internal.net.connection;

import dev.sluice.EventHandler;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.ports.Poller;

/** The port watches the socket, and the reading thread makes every system call itself. */
final class DirectReadSide extends ReadSide implements EventHandler<Readiness> {
    DirectReadSide(
            Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide) {
        super(poller, socket, endpoints, writeSide, !poller.reportsEdges());
    }

    @Override
    void open() {
        if (state.poller.reportsEdges()) {
            Readiness poll = Readiness.readableOrWritable(state.socket).multishot();
            state.poller.port().submit(poll.onCompletion(this));
        }
    }

    /** The socket became ready, or is no longer watched. */
    @Override
    public void handle(Readiness edge) {
        if (edge.isOk()) {
            ready(edge);
        } else {
            state.unwatched(edge.status(), edge.nativeCode());
        }
    }

    @Override
    void discard() {
        // Unread bytes are in the kernel.
    }
}
