package dev.sluice.internal.net.connection;

import dev.sluice.LimitExceededException;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.FailureLog;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ports.WriteBatch;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one write of a connection that may be pending after its call has returned. The next write waits
 * for it, and fails if it failed, just as bytes in the kernel's buffer may fail later.
 */
final class DeferredWrite extends WriteBatch.Entry {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final ConnectionState state;
    private final WriteBatch batch;
    private final Send send;

    /** Of the writing thread until it is in the batch, then of the port's thread. */
    private @Nullable MemorySegment chunk;

    private int length;

    private volatile boolean pending;
    private volatile boolean awaited;

    /** How it failed; null while it has not. */
    private volatile @Nullable Status failed;

    private int failedCode;

    DeferredWrite(ConnectionState state, WriteBatch batch) {
        this.state = state;
        this.batch = batch;
        this.send = new Send(state.socket).onCompletion(this::completed);
    }

    /** Returns true until the kernel has taken the bytes; any thread may ask. */
    boolean isPending() {
        return pending;
    }

    // ---- on the thread that writes -------------------------------------------------------------

    /** Waits until no write is pending; fails if the last one failed. */
    void await() throws NetException {
        if (pending) {
            awaited = true;
            state.writing.registerCurrentThread();
            try {
                while (pending) {
                    if (!state.park(state.writing, "write")) {
                        state.awaitPort("write");
                    }
                }
            } finally {
                awaited = false;
            }
        }
        Status how = failed;
        if (how != null) {
            String text = state.describe("write") + ": " + NetErrors.text(how);
            throw state.failed(
                    state.writing, "write", new SystemCallException(text, how, failedCode));
        }
    }

    /** Leaves a chunk with the port; none may be pending. */
    void begin(MemorySegment memory, int bytes) {
        chunk = memory;
        length = bytes;
        pending = true;
        batch.add(this);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    @Override
    protected void submit() {
        try {
            submitChunk();
        } catch (LimitExceededException | OutOfMemoryError exhausted) {
            fail(Status.OUT_OF_MEMORY, 0);
        } catch (RuntimeException | Error failure) {
            FailureLog.error(LOG, "a write could not be submitted", failure);
            fail(Status.UNKNOWN, 0);
        }
    }

    private void submitChunk() {
        MemorySegment memory = chunk;
        assert memory != null : "a write without bytes";
        if (!state.socket.isOpen()) {
            done();
            return;
        }
        state.poller.port().submit(send.buffer(memory.asSlice(0, length)));
    }

    private void fail(Status status, int nativeCode) {
        failedCode = nativeCode;
        failed = status;
        done();
    }

    private void completed(Send event) {
        try {
            state.moved(event.bytes());
            if (!event.isOk()) {
                failedCode = event.nativeCode();
                failed = event.status();
                state.noteLost(state.writing, event.failure());
            }
        } finally {
            done();
        }
    }

    private void done() {
        MemorySegment memory = chunk;
        assert memory != null : "a write without bytes";
        chunk = null;
        batch.releaseChunk(memory);
        pending = false;
        wake();
    }

    @Override
    protected void wake() {
        if (awaited) {
            state.writing.wake();
        }
    }
}
