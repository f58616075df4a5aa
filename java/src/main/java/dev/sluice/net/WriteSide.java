package dev.sluice.net;

import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The direction in which bytes go. Who writes makes the system call itself when it may do something,
 * and otherwise parks until the port's thread has seen that it may. Where the port collects writes,
 * small ones are left with it. Whoever calls has the lock, which keeps other writers away.
 */
final class WriteSide extends ReadyWaiter {
    private final ConnectionState wire;

    /** Who waits to write, woken in the order in which they came; made when somebody waits. */
    private volatile @Nullable Queue<Thread> writers;

    /** Made with the first write that is left with the port. */
    private @Nullable DeferredWrite behind;

    /** Ended by this side: what is written afterwards fails for that reason. */
    private volatile boolean closed;

    WriteSide(ConnectionState wire) {
        super(true);
        this.wire = wire;
    }

    // ---- one writer at a time ------------------------------------------------------------------

    /** Waits for the writer before; the interrupt of this thread ends that too. */
    void lock(String operation) throws NetException {
        if (!begin() && !awaitTurn()) {
            throw NetException.of(wire.describe(operation), Status.CANCELLED, 0);
        }
    }

    /** False if the thread was interrupted before its turn came. */
    private boolean awaitTurn() {
        Thread self = Thread.currentThread();
        Queue<Thread> queue = writers();
        queue.add(self); // before the next look: whoever unlocks after that look sees it
        boolean mine = begin();
        while (!mine && !self.isInterrupted()) {
            LockSupport.park(this);
            mine = begin();
        }
        queue.remove(self);
        if (!mine && !isInUse()) {
            // The wake-up that was for this thread is the next one's.
            LockSupport.unpark(queue.peek());
        }
        return mine;
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
        endBeforeLooking();
        Queue<Thread> waiting = writers;
        if (waiting != null) {
            LockSupport.unpark(waiting.peek());
        }
    }

    /** Ends this direction, also if the thread is interrupted while it waits for that. */
    void close(String operation) throws NetException {
        boolean closedBefore = closed;
        closed = true;
        try {
            wire.carryOut(operation, () -> Shutdown.send(wire.socket));
        } catch (CancelledException goesOn) {
            throw goesOn;
        } catch (NetException failure) {
            closed = closedBefore;
            throw failure;
        }
    }

    // ---- sending -------------------------------------------------------------------------------

    private void beginSend() throws NetException {
        wire.check(this, "write");
        if (closed) {
            throw new ConnectionLostException(
                    wire.describe("write") + ": this side has ended its writing by closeWrite()",
                    Status.BROKEN_PIPE, 0);
        }
    }

    /** Sends all. */
    void send(byte[] from, int offset, int length) throws NetException {
        beginSend();
        MemorySegment chunk = chunkFor(length);
        if (chunk != null) {
            try {
                MemorySegment.copy(from, offset, chunk, ValueLayout.JAVA_BYTE, 0, length);
            } catch (RuntimeException failure) {
                throw unfilled(chunk, failure);
            }
            behind().begin(chunk, length);
            return;
        }
        int sent = 0;
        try {
            while (sent < length) {
                awaitRoom();
                sent += trySendCopy(from, offset + sent, Math.min(length - sent, Scratch.BYTES));
            }
        } catch (NetException failure) {
            throw ended(failure, sent);
        }
    }

    private int trySendCopy(byte[] from, int offset, int part) throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.memory();
            MemorySegment.copy(from, offset, memory, ValueLayout.JAVA_BYTE, 0, part);
            return (int) trySend(memory, 0, part);
        } finally {
            scratch.giveBack();
        }
    }

    /** The failure of a write of which so much was sent. */
    private NetException ended(NetException failure, long sent) {
        if (sent > 0) {
            wire.cutShort(failure);
        }
        return failure;
    }

    /** The same from any memory. */
    void send(MemorySegment from) throws NetException {
        beginSend();
        long length = from.byteSize();
        MemorySegment chunk = chunkFor(length);
        if (chunk != null) {
            try {
                MemorySegment.copy(from, 0, chunk, 0, length);
            } catch (RuntimeException failure) {
                throw unfilled(chunk, failure);
            }
            behind().begin(chunk, (int) length);
            return;
        }
        boolean direct = Scratch.isHeld(from);
        long sent = 0;
        try {
            while (sent < length) {
                awaitRoom();
                sent += direct
                        ? trySend(from, sent, length - sent)
                        : trySendCopy(from, sent, Math.min(length - sent, Scratch.BYTES));
            }
        } catch (NetException failure) {
            throw ended(failure, sent);
        }
    }

    private long trySendCopy(MemorySegment from, long offset, long part) throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment.copy(from, offset, scratch.memory(), 0, part);
            return trySend(scratch.memory(), 0, part);
        } finally {
            scratch.giveBack();
        }
    }

    private void awaitRoom() throws NetException {
        if (!isReady()) {
            wire.await(this, "write");
        }
    }

    /** Bytes taken, 0 if none can be now. */
    private long trySend(MemorySegment from, long offset, long length) throws NetException {
        int before = signals();
        long sent;
        try {
            sent = wire.socket.trySend(from, offset, length);
        } catch (SystemCallException failure) {
            throw wire.failed(this, "write", failure);
        }
        boolean full = sent <= 0 || (sent < length && wire.in.tellsEdges());
        if (full) {
            usedUp(before);
        }
        wire.moved(sent);
        return Math.max(sent, 0);
    }

    // ---- writes that are left with the port ----------------------------------------------------

    /** Memory for a write that may be left with the port; null: it is to be sent from here. */
    private @Nullable MemorySegment chunkFor(long length) throws NetException {
        WriteBatch present = wire.poller.outbox();
        if (present == null) {
            return null;
        }
        DeferredWrite last = behind;
        if (last != null) {
            last.await();
        }
        boolean small = length <= WriteBatch.CHUNK_BYTES && length > 0;
        return small && present.isCollecting() ? present.takeChunk() : null;
    }

    /** What to throw when a chunk could not be filled: it is freed with the port, which may be now. */
    private NetException unfilled(MemorySegment chunk, RuntimeException failure) {
        if (chunk.scope().isAlive()) {
            WriteBatch outbox = wire.poller.outbox();
            assert outbox != null : "a chunk is of an outbox";
            outbox.giveBack(chunk);
            throw failure;
        }
        return NetException.of(wire.describe("write"), Status.CLOSED_LOCALLY, 0);
    }

    private DeferredWrite behind() {
        DeferredWrite present = behind;
        if (present == null) {
            WriteBatch outbox = wire.poller.outbox();
            assert outbox != null : "nothing is left with this port";
            present = new DeferredWrite(wire, outbox);
            behind = present;
        }
        return present;
    }
}
