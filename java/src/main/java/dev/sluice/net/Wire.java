package dev.sluice.net;

import dev.sluice.Poll;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the bytes of a connection move. The thread that reads or writes makes the system call itself,
 * when it may do something; otherwise it parks until the port's thread has seen the edge. So a call
 * that would block is made at most once after each edge.
 */
final class Wire {
    final Poller poller;
    final Socket socket;
    final Direction in;
    final Direction out = new Direction(true);
    final Ending ending;

    /** Reading was ended on this side: some systems fail reads then, others end them. */
    private volatile boolean readClosed;

    /** The peer ended its side or the connection is gone: no further edge may come for it. */
    private volatile boolean peerEnded;

    private Wire(Poller poller, Socket socket, Route route) {
        this.poller = poller;
        this.socket = socket;
        this.in = new Direction(!poller.tellsEdges());
        this.ending = new Ending(this, route);
    }

    /** On the port's thread: a connected socket, watched from now on. */
    static Wire watch(Poller poller, Socket socket, Route route) {
        Wire wire = new Wire(poller, socket, route);
        if (poller.tellsEdges()) {
            Poll edges = Poll.readableOrWritable(socket).multishot();
            poller.port().submit(edges.onCompletion(wire::changed));
        }
        return wire;
    }

    // ---- readiness ---------------------------------------------------------------------------

    /** On the port's thread: the socket became ready, or is no longer watched. */
    private void changed(Poll edge) {
        if (!edge.isOk()) {
            ending.unwatched(edge.status(), edge.nativeCode());
            return;
        }
        if (edge.isHangup()) {
            peerEnded = true;
        }
        if (edge.isReadable()) {
            in.signal();
        }
        if (edge.isWritable()) {
            out.signal();
        }
    }

    private void await(Direction side, String operation) throws NetException {
        if (!poller.tellsEdges() && !poller.execute(() -> ask(side))) {
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

    // ---- receiving ---------------------------------------------------------------------------

    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        ending.check(in, "read");
        while (true) {
            if (!in.ready) {
                await(in, "read");
            }
            Scratch scratch = Scratch.borrow();
            try {
                int count = tryReceive(scratch.first(Math.min(length, Scratch.BYTES)));
                if (count > 0) {
                    MemorySegment.copy(
                            scratch.memory(), ValueLayout.JAVA_BYTE, 0, into, offset, count);
                }
                if (count != Socket.WOULD_BLOCK) {
                    return count;
                }
            } finally {
                scratch.giveBack();
            }
        }
    }

    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        if (!into.isNative()) {
            byte[] bytes = new byte[(int) Math.min(into.byteSize(), Scratch.BYTES)];
            int count = receive(bytes, 0, bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, into, 0, Math.max(count, 0));
            return count;
        }
        ending.check(in, "read");
        while (true) {
            if (!in.ready) {
                await(in, "read");
            }
            int count = tryReceive(into);
            if (count != Socket.WOULD_BLOCK) {
                return count;
            }
        }
    }

    private int tryReceive(MemorySegment into) throws NetException {
        in.ready = false;
        long received;
        try {
            received = socket.tryReceive(into);
        } catch (SocketException failure) {
            in.ready = true;
            if (readClosed && failure.status() == Status.BROKEN_PIPE) {
                return (int) Socket.END_OF_STREAM;
            }
            throw ending.failed(in, "read", failure);
        }
        // A short read emptied the stream, unless its end may have come with the same edge.
        boolean more = received == into.byteSize() || peerEnded || !poller.tellsEdges();
        if (received != Socket.WOULD_BLOCK && more) {
            in.ready = true;
        }
        if (received < 0 && received != Socket.WOULD_BLOCK) {
            in.ready = true;
            ending.requireCleanEnd();
        }
        ending.moved(received);
        return (int) received;
    }

    // ---- sending -----------------------------------------------------------------------------

    /** Sends all; the caller keeps other senders away. */
    void send(MemorySegment from) throws NetException {
        ending.check(out, "write");
        boolean direct = from.isNative();
        long sent = 0;
        while (sent < from.byteSize()) {
            if (!out.ready) {
                await(out, "write");
            }
            sent += direct ? trySend(from.asSlice(sent)) : trySendCopy(from, sent);
        }
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
        if (sent == from.byteSize() || (sent > 0 && !poller.tellsEdges())) {
            out.ready = true;
        }
        ending.moved(sent);
        return Math.max(sent, 0);
    }

    /** Reads end from now on, one that waits too. */
    void readClosed() {
        readClosed = true;
        in.signal();
    }

    // ---- copying -----------------------------------------------------------------------------

    /** Sends on what comes, until its end, without a buffer while nothing is there. */
    long copyTo(Connection target) throws NetException {
        long copied = 0;
        while (true) {
            ending.check(in, "read");
            if (!in.ready) {
                await(in, "read");
            }
            Scratch scratch = Scratch.borrow();
            try {
                int count = tryReceive(scratch.memory());
                if (count > 0) {
                    target.write(scratch.first(count));
                    copied += count;
                } else if (count != Socket.WOULD_BLOCK) {
                    return copied;
                }
            } finally {
                scratch.giveBack();
            }
        }
    }
}
