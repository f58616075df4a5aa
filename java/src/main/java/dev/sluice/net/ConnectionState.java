package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;

/** What a connection stands on: its socket, the port that watches it, and both directions. */
final class ConnectionState extends Ending {
    final ReadSide in;
    final WriteSide out;

    private ConnectionState(Poller poller, NativeSocket socket, Address local, Address remote) {
        super(poller, socket, local, remote);
        this.in = poller.inlet(this);
        this.out = new WriteSide(this);
    }

    /** On the port's thread: a connected socket, watched from now on. */
    static ConnectionState watch(Poller poller, NativeSocket socket, Address local,
            Address remote) {
        ConnectionState wire = new ConnectionState(poller, socket, local, remote);
        wire.in.open();
        return wire;
    }

    @Override
    void signalAll() {
        in.signal();
        out.signal();
    }

    @Override
    void discardUnread() {
        in.discard();
    }

    @Override
    void wakeDirections() {
        in.wake();
        out.wake();
    }

    /** Parks until a call of that direction may do something. */
    void await(ReadyWaiter side, String operation) throws NetException {
        ReadinessRequest question = null;
        if (!in.tellsEdges()) {
            question = ReadinessRequest.ask(poller, socket, side, () -> in.question(side));
            if (question == null) {
                throw poller.closed(describe(operation));
            }
        }
        side.waitedForByThisThread();
        while (!side.isReady()) {
            LimitExceededException refused = ReadinessRequest.refusalOf(question);
            if (refused != null) {
                throw NetException.of(describe(operation), refused);
            }
            if (!park(side, operation)) {
                return; // To look at the socket, before it counts as idle.
            }
        }
    }
}
