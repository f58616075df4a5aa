package dev.sluice.internal.net.connection;

import dev.sluice.NativeFile;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.WriteBatch;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.net.CancelledException;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.NetException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a writing thread passes bytes to the kernel. It makes the system call itself, unless the call is
 * known to block; then it parks until the port reports room. While the port collects writes, small
 * ones are left with it. The caller of each method holds the lock, except {@link #lock} itself, and
 * passes the state of the connection.
 */
final class WriteSide extends ReadyWaiter {
    /** Bytes of a file in one call: a call lasts no longer than the kernel takes for them. */
    private static final long FILE_PIECE_BYTES = 1024 * 1024;

    /** Threads that wait for the lock, in order of arrival; created for the first one. */
    private volatile @Nullable Queue<Thread> writers;

    /** Created with the first write that is left with the port. */
    private @Nullable DeferredWrite deferred;

    /** Created by the first write of a large array. */
    private @Nullable LargeArray largeArray;

    /** The rest of a write of buffers that failed half way; of the thread that holds the lock. */
    private @Nullable Unfinished unfinished;

    /** True once this side has ended its writing. */
    private volatile boolean closed;

    WriteSide() {
        super(true);
    }

    // ---- one writer at a time ------------------------------------------------------------------

    /** Waits for the lock; fails if the thread is interrupted meanwhile. */
    void lock(ConnectionState state, String operation) throws NetException {
        if (!tryAcquire() && !awaitTurn()) {
            throw NetErrors.of(state.describe(operation), Status.CANCELLED, 0);
        }
    }

    /** Returns false if the thread was interrupted before its turn. */
    private boolean awaitTurn() {
        Thread self = Thread.currentThread();
        Queue<Thread> queue = writers();
        queue.add(self); // Before the next attempt: a later unlock sees this thread.
        boolean acquired = tryAcquire();
        while (!acquired && !self.isInterrupted()) {
            LockSupport.park(this);
            acquired = tryAcquire();
        }
        queue.remove(self);
        if (!acquired && !isInUse()) {
            // Passes on the wake-up that this thread did not use.
            LockSupport.unpark(queue.peek());
        }
        return acquired;
    }

    private synchronized Queue<Thread> writers() {
        Queue<Thread> present = writers;
        if (present == null) {
            present = new ConcurrentLinkedQueue<>();
            writers = present;
        }
        return present;
    }

    void unlock() {
        releaseFully();
        Queue<Thread> waiting = writers;
        if (waiting != null) {
            LockSupport.unpark(waiting.peek());
        }
    }

    /** Returns true once this side has ended its writing. */
    boolean isClosed() {
        return closed;
    }

    /** Shuts down writing; an interrupt ends the wait, not the shutdown. */
    void close(ConnectionState state, String operation) throws NetException {
        state.requireWholeWrites(operation);
        boolean closedBefore = closed;
        closed = true;
        try {
            state.submit(operation, () -> Shutdown.send(state.socket));
        } catch (CancelledException interrupted) {
            throw interrupted;
        } catch (NetException failure) {
            closed = closedBefore;
            throw failure;
        }
    }

    // ---- sending -------------------------------------------------------------------------------

    private void beginSend(ConnectionState state) throws NetException {
        state.check(this, "write");
        if (closed) {
            throw new ConnectionLostException(
                    state.describe("write") + ": this side has ended its writing by closeWrite()",
                    Status.BROKEN_PIPE, 0);
        }
    }

    /** Sends all bytes. */
    void send(ConnectionState state, byte[] from, int offset, int length)
            throws NetException {
        beginSend(state);
        unfinished = null;
        MemorySegment chunk = chunkFor(state, length);
        if (chunk != null) {
            try {
                MemorySegment.copy(from, offset, chunk, ValueLayout.JAVA_BYTE, 0, length);
            } catch (RuntimeException failure) {
                throw copyFailed(state, chunk, failure);
            }
            deferred(state).begin(chunk, length);
            return;
        }
        int sent = 0;
        try {
            while (sent < length) {
                awaitRoom(state);
                sent += trySendArray(state, from, offset + sent, length - sent);
            }
        } catch (NetException failure) {
            throw failedAfter(state, sent, failure);
        }
    }

    private int trySendArray(ConnectionState state, byte[] from, int offset, int length)
            throws NetException {
        if (offset == 0 && length >= LargeArray.MIN_BYTES && state.poller.takesHeapMemory()) {
            LargeArray present = largeArray;
            if (present == null) {
                largeArray = new LargeArray(from);
            } else {
                MemorySegment array = present.memoryOf(from);
                if (array != null) {
                    return (int) trySend(state, array, 0, Math.min(length, LargeArray.MAX_BYTES));
                }
            }
        }
        return trySendCopy(state, from, offset, Math.min(length, Scratch.BYTES));
    }

    /** On the reading thread, before it waits: keeps no array alive but that one. */
    void releaseArrayBut(byte @Nullable [] kept) {
        LargeArray present = largeArray;
        if (present != null && present.keepsAnother(kept) && tryAcquire()) {
            present.release();
            unlock();
        }
    }

    private int trySendCopy(ConnectionState state, byte[] from, int offset, int part)
            throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.memory();
            MemorySegment.copy(from, offset, memory, ValueLayout.JAVA_BYTE, 0, part);
            return (int) trySend(state, memory, 0, part);
        } finally {
            scratch.release();
        }
    }

    /** Returns the failure of a write that had sent so many bytes. */
    private static NetException failedAfter(
            ConnectionState state, long sent, NetException failure) {
        if (sent > 0) {
            state.notePartialWrite(failure);
        }
        return failure.bytesWritten(sent);
    }

    /** A call of the same buffers where the last one stopped makes its bytes whole. */
    private record Unfinished(ByteBuffer first, int position, long bytes) {
        @SuppressWarnings("ReferenceEquality") // Equal bytes in another buffer may be other bytes.
        boolean isContinuedBy(@Nullable ByteBuffer buffer, long length) {
            return buffer == first && buffer.position() == position && length >= bytes;
        }
    }

    /** Sends the remaining bytes of all buffers, of many of them with one system call. */
    void send(ConnectionState state, ByteBuffer[] from) throws NetException {
        beginSend(state);
        long length = GatheredBytes.remaining(from);
        Unfinished rest = unfinished;
        boolean continued = rest != null
                && rest.isContinuedBy(GatheredBytes.firstRemaining(from), length);
        MemorySegment chunk = chunkFor(state, length);
        if (chunk != null) {
            try {
                GatheredBytes.copy(from, chunk);
            } catch (RuntimeException failure) {
                throw copyFailed(state, chunk, failure);
            }
            GatheredBytes.finish(from);
            deferred(state).begin(chunk, (int) length);
        } else {
            sendGathered(state, from, length, continued);
        }
        unfinished = null;
        if (continued) {
            state.endPartialWrite();
        }
    }

    private void sendGathered(
            ConnectionState state, ByteBuffer[] from, long length, boolean continued)
            throws NetException {
        long sent = 0;
        try {
            GatheredBytes bytes = new GatheredBytes(from);
            while (sent < length) {
                awaitRoom(state);
                long taken = trySendGathered(state, bytes);
                bytes.advance(taken);
                sent += taken;
            }
        } catch (NetException failure) {
            boolean first = continued || !state.isWritePartial();
            ByteBuffer stopped = GatheredBytes.firstRemaining(from);
            if (sent > 0) {
                unfinished = first && stopped != null
                        ? new Unfinished(stopped, stopped.position(), length - sent)
                        : null;
            }
            throw failedAfter(state, sent, failure);
        } catch (IllegalStateException | WrongThreadException unreadable) {
            // The memory of a later buffer is that of a closed arena, or of another thread.
            failedAfter(state, sent, NetErrors.of(state.describe("write"), Status.INVALID, 0))
                    .addSuppressed(unreadable);
            throw unreadable;
        } finally {
            Reference.reachabilityFence(from); // The kernel had the addresses of direct buffers.
        }
    }

    private long trySendGathered(ConnectionState state, GatheredBytes bytes) throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            BufferVector pieces = bytes.next(scratch.memory());
            int before = signals();
            long sent;
            try {
                sent = Poller.trySend(state.socket, pieces);
            } catch (SystemCallException failure) {
                throw state.failed(this, "write", failure);
            }
            return noteSent(state, before, sent, pieces.totalBytes());
        } finally {
            scratch.release();
        }
    }

    /** Sends the first bytes of any memory. */
    void send(ConnectionState state, MemorySegment from, long length) throws NetException {
        beginSend(state);
        unfinished = null;
        MemorySegment chunk = chunkFor(state, length);
        if (chunk != null) {
            try {
                MemorySegment.copy(from, 0, chunk, 0, length);
            } catch (RuntimeException failure) {
                throw copyFailed(state, chunk, failure);
            }
            deferred(state).begin(chunk, (int) length);
            return;
        }
        boolean held = Scratch.isHeld(from);
        boolean heap = !from.isNative() && state.poller.takesHeapMemory();
        long sent = 0;
        try {
            while (sent < length) {
                awaitRoom(state);
                long rest = length - sent;
                if (held) {
                    sent += trySend(state, from, sent, rest);
                } else if (heap && rest >= LargeArray.MIN_BYTES) {
                    MemorySegment unsent = sent == 0 ? from : from.asSlice(sent);
                    sent += trySend(state, unsent, 0, Math.min(rest, LargeArray.MAX_BYTES));
                } else {
                    sent += trySendCopy(state, from, sent, Math.min(rest, Scratch.BYTES));
                }
            }
        } catch (NetException failure) {
            throw failedAfter(state, sent, failure);
        }
    }

    private long trySendCopy(ConnectionState state, MemorySegment from, long offset, long part)
            throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment.copy(from, offset, scratch.memory(), 0, part);
            return trySend(state, scratch.memory(), 0, part);
        } finally {
            scratch.release();
        }
    }

    /** Sends a part of a file; returns fewer bytes if it ends before. */
    long send(ConnectionState state, NativeFile file, long position, long count)
            throws NetException {
        beginSend(state);
        unfinished = null;
        awaitDeferred();
        long sent = 0;
        boolean ended = false;
        try {
            while (sent < count && !ended) {
                // Each time, since a peer that reads at once never makes this thread wait.
                state.check(this, "write");
                awaitRoom(state);
                long moved = trySend(
                        state, file, position + sent, Math.min(count - sent, FILE_PIECE_BYTES));
                ended = moved == 0;
                sent += Math.max(moved, 0);
            }
            return sent;
        } catch (NetException failure) {
            throw failedAfter(state, sent, failure);
        }
    }

    /** Returns the number of bytes sent, 0 at the end of the file, or WOULD_BLOCK. */
    private long trySend(ConnectionState state, NativeFile file, long position, long length)
            throws NetException {
        int before = signals();
        long sent;
        try {
            sent = file.trySend(state.socket, position, length);
        } catch (SystemCallException failure) {
            throw state.failed(this, "write", failure);
        }
        if (sent < 0) {
            drained(before);
        }
        state.moved(sent);
        return sent;
    }

    /** Sends a part of a file by copying it; returns fewer bytes if it ends before. */
    long send(ConnectionState state, FileChannel file, long position, long count)
            throws IOException {
        byte[] bytes = new byte[(int) Math.min(count, Scratch.BYTES)];
        long sent = 0;
        try {
            while (sent < count) {
                int part = (int) Math.min(bytes.length, count - sent);
                int read = file.read(ByteBuffer.wrap(bytes, 0, part), position + sent);
                if (read < 0) {
                    break;
                }
                send(state, bytes, 0, read);
                sent += read;
            }
            return sent;
        } catch (NetException failure) {
            throw failedAfter(state, sent + failure.bytesWritten(), failure);
        } catch (IOException failure) {
            throw unreadable(state, sent, failure);
        }
    }

    private static IOException unreadable(
            ConnectionState state, long sent, IOException failure) {
        if (sent > 0) {
            state.notePartialWrite(NetErrors.of(state.describe("write"), Status.UNKNOWN, 0));
        }
        return failure;
    }

    private void awaitRoom(ConnectionState state) throws NetException {
        if (isReady()) {
            state.poller.countCall(this);
        } else {
            state.await(this, "write", state.reportsEdges());
        }
    }

    /** Returns the number of bytes sent, 0 if none could be. */
    private long trySend(ConnectionState state, MemorySegment from, long offset, long length)
            throws NetException {
        int before = signals();
        long sent;
        try {
            sent = from.isNative()
                    ? state.socket.trySend(from, offset, length)
                    : Poller.trySend(state.socket, from, length);
        } catch (SystemCallException failure) {
            throw state.failed(this, "write", failure);
        }
        return noteSent(state, before, sent, length);
    }

    /** Notes the result of one call; returns the number of bytes sent. */
    private long noteSent(ConnectionState state, int before, long sent, long length) {
        boolean full = sent <= 0 || (sent < length && state.reportsEdges());
        if (full) {
            drained(before);
        }
        state.moved(sent);
        return Math.max(sent, 0);
    }

    // ---- writes that are left with the port ----------------------------------------------------

    /** Returns memory for a write that is left with the port; null if this thread sends it. */
    private @Nullable MemorySegment chunkFor(ConnectionState state, long length)
            throws NetException {
        WriteBatch batch = state.poller.writeBatch();
        if (batch == null) {
            return null;
        }
        awaitDeferred();
        boolean small = length <= WriteBatch.CHUNK_BYTES && length > 0;
        return small && batch.isCollecting() ? batch.takeChunk() : null;
    }

    /** Waits for the write that was left with the port, if there is one. */
    private void awaitDeferred() throws NetException {
        DeferredWrite last = deferred;
        if (last != null) {
            last.await();
        }
    }

    /** Returns the failure of a copy: the port frees its chunks when it closes, perhaps just now. */
    private static NetException copyFailed(
            ConnectionState state, MemorySegment chunk, RuntimeException failure) {
        if (chunk.scope().isAlive()) {
            batch(state).releaseChunk(chunk);
            throw failure;
        }
        return NetErrors.of(state.describe("write"), Status.CLOSED_LOCALLY, 0);
    }

    /** Returns the memory of the write that was left with the port, on any thread. */
    int copiedBytes() {
        DeferredWrite last = deferred;
        return last != null && last.isPending() ? WriteBatch.CHUNK_BYTES : 0;
    }

    private DeferredWrite deferred(ConnectionState state) {
        DeferredWrite present = deferred;
        if (present == null) {
            present = new DeferredWrite(state, batch(state));
            deferred = present;
        }
        return present;
    }

    private static WriteBatch batch(ConnectionState state) {
        WriteBatch batch = state.poller.writeBatch();
        assert batch != null : "this port collects no writes";
        return batch;
    }
}
