package dev.sluice.internal.net.connection;

import dev.sluice.EventHandler;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The reading thread makes the system call itself, unless it is known to block; then it parks until
 * the port reports the socket as ready. So at most one call blocks after each report.
 */
final class DirectReadSide extends ReadSide implements EventHandler<Readiness> {
    /** True once this side shuts down reading: some kernels then fail a read, others end it. */
    private volatile boolean shutsDown;

    /**
     * True if a short read may leave bytes behind: the end may have come with the same edge, or
     * urgent data stopped the read. On a Unix stream descriptors do, too.
     */
    private volatile boolean mayStopEarly;

    DirectReadSide(
            Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide) {
        super(poller, socket, endpoints, writeSide, !poller.reportsEdges());
        this.mayStopEarly = socket.type() == SocketType.UNIX_STREAM;
    }

    // ---- on the port's thread ------------------------------------------------------------------

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
        if (!edge.isOk()) {
            state.unwatched(edge.status(), edge.nativeCode());
            return;
        }
        if (edge.isHangup() || edge.isUrgent()) {
            mayStopEarly = true;
        }
        if (edge.isReadable()) {
            signal();
        }
        if (edge.isWritable()) {
            state.writing.signal();
        }
    }

    @Override
    void discard() {
        // Unread bytes are in the kernel.
    }

    // ---- on the thread that reads --------------------------------------------------------------

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        state.check(this, "read");
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
                scratch.release();
            }
        }
    }

    @Override
    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        state.check(this, "read");
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
            scratch.release();
        }
    }

    private void awaitBytes() throws NetException {
        if (!isReady()) {
            state.await(this, "read", state.poller.reportsEdges());
        }
    }

    private int tryReceive(MemorySegment into, long length) throws NetException {
        int before = signals();
        long received;
        try {
            received = state.socket.tryReceive(into, 0, length);
        } catch (SystemCallException failure) {
            if (shutsDown && failure.status() == Status.BROKEN_PIPE) {
                return (int) NativeSocket.END_OF_STREAM;
            }
            throw state.failed(this, "read", failure);
        }
        if (received == NativeSocket.WOULD_BLOCK) {
            // All bytes that arrived are read, and a lost connection receives no more.
            state.requireNotLost();
        }
        boolean emptied =
                received > 0 && received < length && state.poller.reportsEdges() && !mayStopEarly;
        if (emptied || received == NativeSocket.WOULD_BLOCK) {
            drained(before);
        }
        if (received == NativeSocket.END_OF_STREAM) {
            reportEnd();
        }
        state.moved(received);
        return (int) received;
    }

    @Override
    void beginReadShutdown() {
        shutsDown = true;
    }

    @Override
    void readShutdown() {
        signal();
    }

    @Override
    long copyTo(Connection target) throws NetException {
        long copied = 0;
        while (true) {
            state.check(this, "read");
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
                scratch.release();
            }
        }
    }
}
