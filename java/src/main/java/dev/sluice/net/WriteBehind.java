package dev.sluice.net;

import dev.sluice.LimitExceededException;
import dev.sluice.Send;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The one write of a connection that may be with the port while its thread has gone on. The next
 * write waits for it, and fails if it failed, as with bytes that the system had taken.
 */
final class WriteBehind {
    private final Wire wire;
    private final Outbox outbox;
    private final Send send;

    /** Of the writing thread until it is in the outbox, then of the port's thread. */
    private @Nullable MemorySegment chunk;

    private int length;

    /** The next in the outbox. */
    @Nullable
    WriteBehind next;

    private volatile boolean pending;
    private volatile boolean awaited;
    private volatile @Nullable SocketException failure;

    WriteBehind(Wire wire, Outbox outbox) {
        this.wire = wire;
        this.outbox = outbox;
        this.send = new Send(wire.socket).onCompletion(this::ended);
    }

    // ---- on the thread that writes ---------------------------------------------------------------

    /** Waits for the write before; throws if it failed. */
    void await() throws NetException {
        if (pending) {
            awaited = true;
            wire.out.waitedForByThisThread();
            try {
                while (pending) {
                    wire.park(wire.out, "write");
                }
            } finally {
                awaited = false;
            }
        }
        SocketException failed = failure;
        if (failed != null) {
            throw wire.failed(wire.out, "write", failed);
        }
    }

    /** Leaves a copy of the bytes, in a chunk of the outbox, with the port; none is pending. */
    void begin(MemorySegment memory, int bytes) {
        chunk = memory;
        length = bytes;
        pending = true;
        outbox.add(this);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    void submit() {
        MemorySegment memory = chunk;
        assert memory != null : "a write without bytes";
        if (!wire.socket.isOpen()) {
            done();
            return;
        }
        try {
            wire.poller.port().submit(send.buffer(memory.asSlice(0, length)));
        } catch (LimitExceededException refused) {
            failure = new SocketException(
                    "write: " + refused.getMessage(), Status.OUT_OF_MEMORY, 0);
            done();
        }
    }

    private void ended(Send event) {
        if (!event.isOk()) {
            SocketException failed = event.failure();
            failure = failed;
            wire.noteLost(wire.out, failed);
        }
        done();
    }

    private void done() {
        MemorySegment memory = chunk;
        assert memory != null : "a write without bytes";
        chunk = null;
        outbox.giveBack(memory);
        pending = false;
        wake();
    }

    /** Lets the one who waits for this write look again. */
    void wake() {
        if (awaited) {
            wire.out.wake();
        }
    }
}
