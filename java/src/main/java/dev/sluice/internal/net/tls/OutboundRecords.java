package dev.sluice.internal.net.tls;

import dev.sluice.Status;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.NetException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The direction to the peer: makes records and writes them. Its lock orders writes, the handshake's
 * messages and close_notify.
 */
final class OutboundRecords {
    /** The engine looks at all buffers that it is given for each record. */
    private static final int MAX_PIECES = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Connection transport;
    private final ReentrantLock lock = new ReentrantLock();

    /** True once records were made that may not be with the peer: the stream cannot continue. */
    private volatile boolean broken;

    /** Why, if the transport failed; null before, and if the engine did. */
    private volatile @Nullable NetException brokenBy;

    /** True once this side ends the session: the engine then has a message to send. */
    private volatile boolean closing;

    /** How often the engine had a message to send since one was sent: the lock was held. */
    private final AtomicInteger due = new AtomicInteger();

    OutboundRecords(SSLEngine engine, Connection transport) {
        this.engine = engine;
        this.transport = transport;
    }

    boolean isBroken() {
        return broken;
    }

    /** Returns the failure of the transport that broke the stream, or null. */
    @Nullable
    NetException brokenBy() {
        return brokenBy;
    }

    /** Returns true if the engine's own message, the last one, is no answer to the peer. */
    boolean isEnding() {
        return closing || broken;
    }

    // ---- the lock ------------------------------------------------------------------------------

    void lock(String operation) throws NetException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetErrors.of(operation + " " + transport, Status.CANCELLED, 0);
        }
    }

    /** Locks within a time; zero takes the lock only if it is free. */
    boolean tryLock(long nanos) {
        try {
            return nanos <= 0 ? lock.tryLock() : lock.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return lock.tryLock();
        }
    }

    void unlock() {
        lock.unlock();
    }

    // ---- with the lock -------------------------------------------------------------------------

    /** Returns how many bytes remain in all buffers. */
    static long remaining(ByteBuffer[] buffers) {
        long total = 0;
        for (ByteBuffer each : buffers) {
            total += each.remaining();
        }
        return total;
    }

    /** Writes the remaining bytes as records, several of them with one write. */
    void write(ByteBuffer[] from) throws NetException, SSLException {
        requireWhole();
        long length = remaining(from);
        int first = firstWithBytes(from, 0);
        int record = engine.getSession().getPacketBufferSize();
        ByteBuffer records = RecordBuffers.take(
                length <= RecordBuffers.RECORD_BYTES / 2
                        ? record
                        : Math.max(
                                record, RecordBuffers.BATCH_BYTES));
        boolean whole = false;
        try {
            while (first < from.length) {
                wrap(from, first, records);
                first = firstWithBytes(from, first);
                if (first == from.length || records.remaining() < record) {
                    send(records);
                }
            }
            whole = true;
        } finally {
            broken |= !whole && remaining(from) < length;
            RecordBuffers.release(records);
        }
    }

    private static int firstWithBytes(ByteBuffer[] from, int start) {
        int first = start;
        while (first < from.length && !from[first].hasRemaining()) {
            first++;
        }
        return first;
    }

    /** Makes one record of the buffers from the first one on. */
    private void wrap(ByteBuffer[] from, int first, ByteBuffer records)
            throws NetException, SSLException {
        int count = Math.min(from.length - first, MAX_PIECES);
        SSLEngineResult result = engine.wrap(from, first, count, records);
        switch (result.getStatus()) {
            case OK -> {
                boolean stuck = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
                if (stuck && result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    InboundRecords.runTasks(engine);
                } else if (stuck) {
                    throw new SSLException(
                            "the engine takes no bytes: " + result.getHandshakeStatus());
                }
            }
            case CLOSED -> throw new ConnectionLostException("write " + transport
                    + ": the TLS session was closed for writing", Status.BROKEN_PIPE, 0);
            default -> throw new SSLException("no room for a record: " + result.getStatus());
        }
    }

    /** Sends the handshake messages that the engine has now; returns what it needs then. */
    HandshakeStatus sendHandshake() throws NetException, SSLException {
        requireWhole();
        due.set(0);
        int record = engine.getSession().getPacketBufferSize();
        ByteBuffer records =
                RecordBuffers.take(Math.max(record, RecordBuffers.BATCH_BYTES));
        try {
            SSLEngineResult result = engine.wrap(NOTHING, records);
            while (result.getStatus() == SSLEngineResult.Status.OK
                    && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (records.remaining() < record) {
                    send(records);
                }
                result = engine.wrap(NOTHING, records);
            }
            send(records);
            return result.getHandshakeStatus();
        } finally {
            RecordBuffers.release(records);
        }
    }

    /** Sends close_notify, or the alert that the engine has. A second call does nothing. */
    void closeNotify() throws NetException, SSLException {
        requireWhole();
        closing = true; // Before the engine has it: a thread that reads may see the engine's state.
        engine.closeOutbound();
        if (!engine.isOutboundDone()) {
            HandshakeStatus after = sendHandshake();
            assert after != HandshakeStatus.NEED_WRAP || !engine.isOutboundDone() : after;
        }
    }

    private void send(ByteBuffer records) throws NetException {
        int bytes = records.position();
        if (bytes == 0) {
            return;
        }
        boolean sent = false;
        try {
            transport.write(records.array(), records.arrayOffset(), bytes);
            sent = true;
        } catch (NetException failure) {
            brokenBy = failure;
            throw failure.bytesWritten(0); // The user's bytes count, not those of records.
        } finally {
            broken |= !sent;
        }
        records.clear();
    }

    private void requireWhole() throws NetException {
        if (broken) {
            throw new ConnectionLostException("write " + transport
                    + ": an earlier write stopped within a TLS record; close the connection",
                    Status.BROKEN_PIPE, 0);
        }
    }

    // ---- messages that TLS itself has to send ---------------------------------------------------

    /** Notes that the engine has a message; returns how often since the last one was sent. */
    int noteDue() {
        return due.incrementAndGet();
    }

    /** Returns true if a message waits that no thread has sent yet. */
    boolean isDue() {
        return due.get() > 0;
    }
}
