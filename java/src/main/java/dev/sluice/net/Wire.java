package dev.sluice.net;

import dev.sluice.Poll;
import dev.sluice.Socket;
import dev.sluice.Status;

/** What a connection stands on: its socket, the port that watches it, and both directions. */
final class Wire {
    final Poller poller;
    final Socket socket;
    final Ending ending;
    final Inlet in;
    final Outlet out;

    private Wire(Poller poller, Socket socket, Route route) {
        this.poller = poller;
        this.socket = socket;
        this.ending = new Ending(this, route);
        this.in = poller.inlet(this);
        this.out = new Outlet(this, in.tellsEdges());
    }

    /** On the port's thread: a connected socket, watched from now on. */
    static Wire watch(Poller poller, Socket socket, Route route) {
        Wire wire = new Wire(poller, socket, route);
        wire.in.open();
        return wire;
    }

    /** Parks until a call of that direction may do something. */
    void await(Direction side, String operation) throws NetException {
        if (!in.tellsEdges() && !poller.execute(() -> ask(side))) {
            throw NetException.of(ending.describe(operation), Status.CLOSED_LOCALLY, 0);
        }
        side.waitedForByThisThread();
        while (!side.isReady()) {
            ending.park(side, operation);
        }
    }

    /** On the port's thread: asks once for readiness, where it is not told of by itself. */
    private void ask(Direction side) {
        Poll poll = side.poll;
        if (poll == null) {
            poll = side == in ? Poll.readable(socket) : Poll.writable(socket);
            poll.onCompletion(answer -> side.signal());
            side.poll = poll;
        }
        if (socket.isOpen() && !poll.isPending()) {
            poller.port().submit(poll);
        }
    }
}
