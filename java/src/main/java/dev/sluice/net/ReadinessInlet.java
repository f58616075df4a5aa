package dev.sluice.net;

import dev.sluice.Poll;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The thread that reads makes the system call itself, when it may find something; otherwise it parks
 * until the port's thread has seen the edge. So a call that would block is made at most once after
 * each edge.
 */
final class ReadinessInlet implements Inlet {
    private final Wire wire;
    private final Direction in;

    /** Reading was, or is being, ended on this side: some systems fail reads then, others end them. */
    private volatile boolean readCloses;

    /** The peer ended its side or the connection is gone: no further edge may come for it. */
    private volatile boolean peerEnded;

    ReadinessInlet(Wire wire) {
        this.wire = wire;
        this.in = wire.in;
    }

    @Override
    public boolean tellsEdges() {
        return wire.poller.tellsEdges();
    }

    /** On the port's thread: the socket is watched from now on. */
    @Override
    public void open() {
        if (tellsEdges()) {
            Poll edges = Poll.readableOrWritable(wire.socket).multishot();
            wire.poller.port().submit(edges.onCompletion(this::changed));
        }
    }

    /** On the port's thread: the socket became ready, or is no longer watched. */
    private void changed(Poll edge) {
        if (!edge.isOk()) {
            wire.ending.unwatched(edge.status(), edge.nativeCode());
            return;
        }
        if (edge.isHangup()) {
            peerEnded = true;
        }
        if (edge.isReadable()) {
            in.signal();
        }
        if (edge.isWritable()) {
            wire.out.signal();
        }
    }

    @Override
    public int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        wire.ending.check(in, "read");
        while (true) {
            if (!in.ready) {
                wire.await(in, "read");
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

    @Override
    public int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        if (!Scratch.isHeld(into)) {
            byte[] bytes = new byte[(int) Math.min(into.byteSize(), Scratch.BYTES)];
            int count = receive(bytes, 0, bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, into, 0, Math.max(count, 0));
            return count;
        }
        wire.ending.check(in, "read");
        while (true) {
            if (!in.ready) {
                wire.await(in, "read");
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
            received = wire.socket.tryReceive(into);
        } catch (SocketException failure) {
            in.ready = true;
            if (readCloses && failure.status() == Status.BROKEN_PIPE) {
                return (int) Socket.END_OF_STREAM;
            }
            throw wire.ending.failed(in, "read", failure);
        }
        // A short read emptied the stream, unless its end may have come with the same edge.
        boolean more = received == into.byteSize() || peerEnded || !tellsEdges();
        if (received != Socket.WOULD_BLOCK && more) {
            in.ready = true;
        }
        if (received < 0 && received != Socket.WOULD_BLOCK) {
            in.ready = true;
            wire.ending.requireCleanEnd();
        }
        wire.ending.moved(received);
        return (int) received;
    }

    @Override
    public void readCloses() {
        readCloses = true;
    }

    @Override
    public void readClosed() {
        in.signal();
    }

    @Override
    public long copyTo(Connection target) throws NetException {
        long copied = 0;
        while (true) {
            wire.ending.check(in, "read");
            if (!in.ready) {
                wire.await(in, "read");
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
