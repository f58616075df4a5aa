package dev.sluice.net;

import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The direction in which bytes go. Who writes makes the system call itself when it may do something,
 * and otherwise parks until the port's thread has seen that it may. Where the port collects writes,
 * small ones are left with it. Whoever calls has the lock, which keeps other writers away.
 */
final class Outlet extends Direction {
    private final Wire wire;
    private final Socket socket;
    private final Ending ending;
    private final @Nullable Outbox outbox;
    private final boolean tellsEdges;
    private final ReentrantLock writing = new ReentrantLock();

    /** Made with the first write that is left with the port. */
    private @Nullable WriteBehind behind;

    Outlet(Wire wire, boolean tellsEdges) {
        super(true);
        this.wire = wire;
        this.socket = wire.socket;
        this.ending = wire.ending;
        this.outbox = wire.poller.outbox();
        this.tellsEdges = tellsEdges;
    }

    /** Waits for the writer before; the interrupt of this thread ends that too. */
    void lock(String operation) throws NetException {
        if (!writing.tryLock()) {
            try {
                writing.lockInterruptibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw NetException.of(ending.describe(operation), Status.CANCELLED, 0);
            }
        }
    }

    void unlock() {
        writing.unlock();
    }

    /** Sends all. */
    void send(byte[] from, int offset, int length) throws NetException {
        ending.check(this, "write");
        MemorySegment chunk = chunkFor(length);
        if (chunk != null) {
            MemorySegment.copy(from, offset, chunk, ValueLayout.JAVA_BYTE, 0, length);
            behind().begin(chunk, length);
            return;
        }
        int sent = 0;
        while (sent < length) {
            awaitRoom();
            int part = Math.min(length - sent, Scratch.BYTES);
            Scratch scratch = Scratch.borrow();
            try {
                MemorySegment memory = scratch.memory();
                MemorySegment.copy(
                        from, offset + sent, memory, ValueLayout.JAVA_BYTE, 0, part);
                sent += (int) trySend(memory, 0, part);
            } finally {
                scratch.giveBack();
            }
        }
    }

    /** The same from any memory. */
    void send(MemorySegment from) throws NetException {
        ending.check(this, "write");
        long length = from.byteSize();
        MemorySegment chunk = chunkFor(length);
        if (chunk != null) {
            MemorySegment.copy(from, 0, chunk, 0, length);
            behind().begin(chunk, (int) length);
            return;
        }
        boolean direct = Scratch.isHeld(from);
        long sent = 0;
        while (sent < length) {
            awaitRoom();
            sent += direct
                    ? trySend(from, sent, length - sent)
                    : trySendCopy(from, sent, Math.min(length - sent, Scratch.BYTES));
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
            sent = socket.trySend(from, offset, length);
        } catch (SocketException failure) {
            throw ending.failed(this, "write", failure);
        }
        boolean full = sent <= 0 || (sent < length && tellsEdges);
        if (full) {
            usedUp(before);
        }
        ending.moved(sent);
        return Math.max(sent, 0);
    }

    // ---- writes that are left with the port ----------------------------------------------------

    /** Memory for a write that may be left with the port; null: it is to be sent from here. */
    private @Nullable MemorySegment chunkFor(long length) throws NetException {
        Outbox present = outbox;
        if (present == null) {
            return null;
        }
        WriteBehind last = behind;
        if (last != null) {
            last.await();
        }
        boolean small = length <= Outbox.CHUNK_BYTES && length > 0;
        return small && present.isCollecting() ? present.takeChunk() : null;
    }

    private WriteBehind behind() {
        WriteBehind present = behind;
        if (present == null) {
            assert outbox != null : "nothing is left with this port";
            present = new WriteBehind(wire, outbox);
            behind = present;
        }
        return present;
    }
}
