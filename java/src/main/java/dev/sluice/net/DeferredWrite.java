package dev.sluice.net;

import dev.sluice.LimitExceededException;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one write of a connection that may be with the port while its thread has gone on. The next
 * write waits for it, and fails if it failed, as with bytes that the system had taken.
 */
final class DeferredWrite {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final ConnectionState wire;
    private final WriteBatch outbox;
    private final Send send;

    /** Of the writing thread until it is in the outbox, then of the port's thread. */
    private @Nullable MemorySegment chunk;

    private int length;

    /** The next in the outbox. */
    @Nullable
    DeferredWrite next;

    private volatile boolean pending;
    private volatile boolean awaited;

    /** How it failed, and the system's code; null while none has. */
    private volatile @Nullable Status failed;

    private int failedCode;

    DeferredWrite(ConnectionState wire, WriteBatch outbox) {
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
                    if (!wire.park(wire.out, "write")) {
                        wire.awaitPort("write");
                    }
                }
            } finally {
                awaited = false;
            }
        }
        Status how = failed;
        if (how != null) {
            String text = wire.describe("write") + ": " + Causes.text(how);
            throw wire.failed(wire.out, "write", new SystemCallException(text, how, failedCode));
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

    /** Throws nothing: behind it are those of others. */
    void submit() {
        try {
            submitChunk();
        } catch (LimitExceededException | OutOfMemoryError refused) {
            fail(Status.OUT_OF_MEMORY, 0);
        } catch (RuntimeException | Error failure) {
            FailureLog.error(LOG, "a write could not be submitted", failure);
            fail(Status.UNKNOWN, 0);
        }
    }

    private void submitChunk() {
        MemorySegment memory = chunk;
        assert memory != null : "a write without bytes";
        if (!wire.socket.isOpen()) {
            done();
            return;
        }
        wire.poller.port().submit(send.buffer(memory.asSlice(0, length)));
    }

    private void fail(Status status, int nativeCode) {
        failedCode = nativeCode;
        failed = status;
        done();
    }

    private void ended(Send event) {
        try {
            wire.moved(event.bytes());
            if (!event.isOk()) {
                failedCode = event.nativeCode();
                failed = event.status();
                wire.noteLost(wire.out, event.failure());
            }
        } finally {
            done();
        }
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
