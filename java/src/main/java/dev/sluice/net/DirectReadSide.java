package dev.sluice.net;

import dev.sluice.CompletionHandler;
import dev.sluice.NativeSocket;
import dev.sluice.Poll;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The thread that reads makes the system call itself, when it may find something; otherwise it parks
 * until the port's thread has seen the edge. So a call that would block is made at most once after
 * each edge.
 */
sealed class DirectReadSide extends ReadSide implements CompletionHandler<Poll>
        permits OneShotReadSide {
    /** Reading was, or is being, ended on this side: some systems fail reads then, others end them. */
    private volatile boolean readCloses;

    /**
     * Whether a read that brings less than it had room for may have left something: the end may have
     * come with the same edge, or urgent data stopped it. On a Unix stream descriptors do, too.
     */
    private volatile boolean mayStopEarly;

    DirectReadSide(ConnectionState wire) {
        this(wire, false);
    }

    /** As the port of the connection tells of readiness. */
    static DirectReadSide of(ConnectionState wire) {
        return wire.poller.tellsEdges() ? new DirectReadSide(wire) : new OneShotReadSide(wire);
    }

    DirectReadSide(ConnectionState wire, boolean ready) {
        super(wire, ready);
        this.mayStopEarly = wire.socket.type() == SocketType.UNIX_STREAM;
    }

    @Override
    boolean tellsEdges() {
        return true;
    }

    /** On the port's thread: the socket is watched from now on. */
    @Override
    void open() {
        Poll edges = Poll.readableOrWritable(wire.socket).multishot();
        wire.poller.port().submit(edges.onCompletion(this));
    }

    @Override
    Poll question(ReadyWaiter side) {
        throw new AssertionError("edges are told without a question");
    }

    /** On the port's thread: the socket became ready, or is no longer watched. */
    @Override
    public void completed(Poll edge) {
        if (!edge.isOk()) {
            wire.unwatched(edge.status(), edge.nativeCode());
            return;
        }
        if (edge.isHangup() || edge.isUrgent()) {
            mayStopEarly = true;
        }
        if (edge.isReadable()) {
            signal();
        }
        if (edge.isWritable()) {
            wire.out.signal();
        }
    }

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        wire.check(this, "read");
        while (true) {
            awaitBytes();
            Scratch scratch = Scratch.borrow();
            try {
                MemorySegment memory = scratch.memory();
                int count = tryReceive(memory, Math.min(length, Scratch.BYTES));
                if (count > 0) {
                    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, offset, count);
                }
                if (count != NativeSocket.WOULD_BLOCK) {
                    return count;
                }
            } finally {
                scratch.giveBack();
            }
        }
    }

    @Override
    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        wire.check(this, "read");
        boolean direct = Scratch.isHeld(into);
        while (true) {
            awaitBytes();
            int count = direct ? tryReceive(into, into.byteSize()) : tryReceiveCopy(into);
            if (count != NativeSocket.WOULD_BLOCK) {
                return count;
            }
        }
    }

    private int tryReceiveCopy(MemorySegment into) throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.memory();
            int count = tryReceive(memory, Math.min(into.byteSize(), Scratch.BYTES));
            MemorySegment.copy(memory, 0, into, 0, Math.max(count, 0));
            return count;
        } finally {
            scratch.giveBack();
        }
    }

    private void awaitBytes() throws NetException {
        if (!isReady()) {
            wire.await(this, "read");
        }
    }

    private int tryReceive(MemorySegment into, long length) throws NetException {
        int before = signals();
        long received;
        try {
            received = wire.socket.tryReceive(into, 0, length);
        } catch (SystemCallException failure) {
            if (readCloses && failure.status() == Status.BROKEN_PIPE) {
                return (int) NativeSocket.END_OF_STREAM;
            }
            throw wire.failed(this, "read", failure);
        }
        if (received == NativeSocket.WOULD_BLOCK) {
            // What had come is read; nothing more comes on a connection that is lost.
            wire.requireNotLost();
        }
        boolean emptied = received > 0 && received < length && tellsEdges() && !mayStopEarly;
        if (emptied || received == NativeSocket.WOULD_BLOCK) {
            usedUp(before);
        }
        if (received == NativeSocket.END_OF_STREAM) {
            tellEnd();
        }
        wire.moved(received);
        return (int) received;
    }

    @Override
    void readCloses() {
        readCloses = true;
    }

    @Override
    void readClosed() {
        signal();
    }

    @Override
    long copyTo(Connection target) throws NetException {
        long copied = 0;
        while (true) {
            wire.check(this, "read");
            awaitBytes();
            Scratch scratch = Scratch.borrow();
            try {
                int count = tryReceive(scratch.memory(), Scratch.BYTES);
                if (count > 0) {
                    target.write(scratch.first(count));
                    copied += count;
                } else if (count != NativeSocket.WOULD_BLOCK) {
                    return copied;
                }
            } finally {
                scratch.giveBack();
            }
        }
    }
}
