package dev.sluice.net;

import dev.sluice.Poll;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a connection move. They come in by its {@link Inlet}; who writes makes the system
 * call itself when it may do something, and otherwise parks until the port's thread has seen that it
 * may. Where the port collects writes, small ones are left with it.
 */
final class Wire {
    final Poller poller;
    final Socket socket;
    final Direction in;
    final Direction out = new Direction(true);
    final Ending ending;
    final Inlet inlet;

    /** Made with the first write that is left with the port. */
    private @Nullable WriteBehind behind;

    private Wire(Poller poller, Socket socket, Route route) {
        this.poller = poller;
        this.socket = socket;
        this.in = new Direction(!poller.tellsEdges());
        this.ending = new Ending(this, route);
        this.inlet = poller.inlet(this);
    }

    /** On the port's thread: a connected socket, watched from now on. */
    static Wire watch(Poller poller, Socket socket, Route route) {
        Wire wire = new Wire(poller, socket, route);
        wire.inlet.open();
        return wire;
    }

    // ---- readiness ---------------------------------------------------------------------------

    /** Parks until a call of that direction may do something. */
    void await(Direction side, String operation) throws NetException {
        if (!inlet.tellsEdges() && !poller.execute(() -> ask(side))) {
            throw NetException.of(ending.describe(operation), Status.CLOSED_LOCALLY, 0);
        }
        side.waitedForByThisThread();
        while (!side.ready) {
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

    // ---- sending -----------------------------------------------------------------------------

    /** Sends all; the caller keeps other senders away. */
    void send(MemorySegment from) throws NetException {
        ending.check(out, "write");
        Outbox outbox = poller.outbox();
        if (outbox != null && isLeftWith(outbox, from)) {
            return;
        }
        boolean direct = Scratch.isHeld(from);
        long sent = 0;
        while (sent < from.byteSize()) {
            if (!out.ready) {
                await(out, "write");
            }
            sent += direct ? trySend(from.asSlice(sent)) : trySendCopy(from, sent);
        }
    }

    /** Leaves a small write with the port while it collects some; false: to be sent from here. */
    private boolean isLeftWith(Outbox outbox, MemorySegment from) throws NetException {
        WriteBehind last = behind;
        if (last != null) {
            last.await();
        }
        boolean small = from.byteSize() <= Outbox.CHUNK_BYTES && from.byteSize() > 0;
        MemorySegment chunk = small && outbox.isCollecting() ? outbox.takeChunk() : null;
        if (chunk == null) {
            return false;
        }
        if (last == null) {
            last = new WriteBehind(this, outbox);
            behind = last;
        }
        last.begin(chunk, from);
        return true;
    }

    private long trySendCopy(MemorySegment from, long offset) throws NetException {
        int chunk = (int) Math.min(from.byteSize() - offset, Scratch.BYTES);
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment copy = scratch.first(chunk);
            MemorySegment.copy(from, offset, copy, 0, chunk);
            return trySend(copy);
        } finally {
            scratch.giveBack();
        }
    }

    /** Bytes taken, 0 if none can be now. */
    private long trySend(MemorySegment from) throws NetException {
        out.ready = false;
        long sent;
        try {
            sent = socket.trySend(from);
        } catch (SocketException failure) {
            out.ready = true;
            throw ending.failed(out, "write", failure);
        }
        if (sent == from.byteSize() || (sent > 0 && !inlet.tellsEdges())) {
            out.ready = true;
        }
        ending.moved(sent);
        return Math.max(sent, 0);
    }
}
