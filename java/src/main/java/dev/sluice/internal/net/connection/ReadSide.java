package dev.sluice.internal.net.connection;

import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.DirectTransport.Lender;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a connection reach its reading thread. One thread at a time calls it.
 *
 * <p>The reading thread makes the system call itself, unless it is known to block; then it parks until
 * the port reports the socket as ready. So at most one call blocks after each report. A subclass
 * decides whether the port watches the socket for that, or receives in place of the thread.
 */
abstract class ReadSide extends ReadyWaiter {
    final ConnectionState state;

    /** True once a read returned the end of the stream: later reads do too, whatever a write meets. */
    private boolean endReported;

    /** Created by the first read into a large array; of the reading thread. */
    private @Nullable LargeArray largeArray;

    /** True once this side shuts down reading: some kernels then fail a read, others end it. */
    private volatile boolean shutsDown;

    /**
     * True if a short read may leave bytes behind: the end may have come with the same edge, or
     * urgent data stopped the read. On a Unix stream descriptors do, too.
     */
    private volatile boolean mayStopEarly;

    /** Creates the state of the connection, of which this and the write side are the directions. */
    ReadSide(Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide,
            boolean ready) {
        super(ready);
        this.state = new ConnectionState(
                poller, socket, endpoints.local(), endpoints.remote(), this, writeSide);
        this.mayStopEarly = socket.type() == SocketType.UNIX_STREAM;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Once: begins to watch the socket or to receive. */
    abstract void open();

    /** The socket became ready. */
    final void ready(Readiness edge) {
        if (edge.isHangup() || edge.isUrgent()) {
            mayStopEarly = true;
        }
        if (edge.isReadable()) {
            reportReady();
        }
        if (edge.isWritable()) {
            state.writing.signal();
        }
    }

    /** Lets the reading thread try its call. */
    final void reportReady() {
        countSignal();
        state.poller.wake(this);
    }

    /** This side closes the connection; unread bytes are dropped. */
    abstract void discard();

    // ---- on the thread that shuts down reading -------------------------------------------------

    /**
     * Announces that this side is about to shut down reading: from now on the kernel may end a read
     * for that reason, before {@link #readShutdown} is called.
     */
    final void beginReadShutdown() {
        shutsDown = true;
    }

    /** Returns true once this side began to shut down reading. */
    final boolean isShutDown() {
        return shutsDown;
    }

    /** Ends reads, also one that waits, once the bytes that had arrived are read. */
    final void readShutdown() {
        signal();
    }

    // ---- on the thread that reads --------------------------------------------------------------

    /**
     * Waits for bytes.
     *
     * @return 1 or more, 0 for a length of 0, or -1 at the end
     */
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        state.check(this, "read");
        MemorySegment array = offset == 0 && length >= LargeArray.MIN_BYTES ? memoryOf(into) : null;
        while (true) {
            awaitBytes(into);
            int count = array != null
                    ? tryReceive(array, Math.min(length, LargeArray.MAX_BYTES))
                    : tryReceiveCopy(into, offset, length);
            if (count != NativeSocket.WOULD_BLOCK) {
                return count;
            }
        }
    }

    /** Returns an array as memory that the kernel may write into; null if it gets a copy. */
    private @Nullable MemorySegment memoryOf(byte[] into) {
        if (!state.poller.takesHeapMemory()) {
            return null;
        }
        LargeArray present = largeArray;
        if (present == null) {
            largeArray = new LargeArray(into);
            return null;
        }
        return present.memoryOf(into);
    }

    /**
     * Before a wait, which may last: an idle connection keeps no array alive but the one that its
     * reader waits with.
     */
    final void releaseArraysBut(byte @Nullable [] into) {
        LargeArray present = largeArray;
        if (present != null && present.keepsAnother(into)) {
            present.release();
        }
        // A field of that type would cost memory of each connection.
        ((WriteSide) state.writing).releaseArrayBut(into);
    }

    private int tryReceiveCopy(byte[] into, int offset, int length) throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.memory();
            int count = tryReceive(memory, Math.min(length, Scratch.BYTES));
            if (count > 0) {
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, offset, count);
            }
            return count;
        } finally {
            scratch.release();
        }
    }

    /** As {@link #receive(byte[], int, int)}. */
    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        state.check(this, "read");
        while (true) {
            awaitBytes(null);
            int count = tryReceive(into);
            if (count != NativeSocket.WOULD_BLOCK) {
                return count;
            }
        }
    }

    /** As {@link #receive(byte[], int, int)}, into memory that is lent for each attempt. */
    int receive(Lender lender) throws NetException {
        state.check(this, "read");
        while (true) {
            awaitBytes(null);
            int count = tryReceive(lender.lend());
            if (count != NativeSocket.WOULD_BLOCK) {
                return count;
            }
            lender.takeBack();
        }
    }

    private int tryReceive(MemorySegment into) throws NetException {
        if (Scratch.isHeld(into)) {
            return tryReceive(into, into.byteSize());
        }
        boolean direct = !into.isNative() && into.byteSize() >= LargeArray.MIN_BYTES
                && state.poller.takesHeapMemory();
        return direct
                ? tryReceive(into, Math.min(into.byteSize(), LargeArray.MAX_BYTES))
                : tryReceiveCopy(into);
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

    /** Waits for bytes of the socket, which go to the array if there is one. */
    private void awaitBytes(byte @Nullable [] into) throws NetException {
        if (isReady()) {
            state.poller.countCall(this);
        } else {
            releaseArraysBut(into);
            state.await(this, "read", state.poller.reportsEdges());
        }
    }

    private int tryReceive(MemorySegment into, long length) throws NetException {
        int before = signals();
        long received;
        try {
            received = into.isNative()
                    ? state.socket.tryReceive(into, 0, length)
                    : Poller.tryReceive(state.socket, into, length);
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

    /** Copies bytes to another connection until the end; holds no large buffer while it waits. */
    final long copyTo(Connection target) throws NetException {
        long copied = 0;
        try {
            int count = copyOnce(target);
            while (count >= 0) {
                copied += count;
                count = copyOnce(target);
            }
            return copied;
        } catch (NetException failure) {
            throw failure.bytesWritten(copied + failure.bytesWritten());
        }
    }

    /** Copies what one read returns; -1 at the end. */
    int copyOnce(Connection target) throws NetException {
        state.check(this, "read");
        while (true) {
            awaitBytes(null);
            Scratch scratch = Scratch.borrow();
            try {
                int count = tryReceive(scratch.memory(), Scratch.BYTES);
                if (count > 0) {
                    write(scratch, count, target);
                }
                if (count != NativeSocket.WOULD_BLOCK) {
                    return count;
                }
            } finally {
                scratch.release();
            }
        }
    }

    private static void write(Scratch scratch, int count, Connection target) throws NetException {
        if (target instanceof SocketConnection socket) {
            socket.write(scratch.memory(), count); // without a slice
        } else {
            target.write(scratch.first(count));
        }
    }

    /**
     * Returns true if nothing has arrived. Without a signal since the last call that found nothing there is
     * nothing, where the port reports each edge; else a receive finds out.
     */
    boolean isQuiet() throws NetException {
        if (endReported || shutsDown) {
            return false;
        }
        if (!isReady() && state.poller.reportsEdges()) {
            return true;
        }
        Scratch scratch = Scratch.borrow();
        try {
            return tryReceive(scratch.memory(), 1) == NativeSocket.WOULD_BLOCK;
        } finally {
            scratch.release();
        }
    }

    /** Fails if the end of the stream is due to a loss of the connection. */
    final void reportEnd() throws NetException {
        if (!endReported) {
            state.requireCleanEnd();
            endReported = true;
        }
    }
}
