package dev.sluice.internal.net.tls;

import dev.sluice.Status;
import dev.sluice.internal.net.DirectTransport;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.NetException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The direction to the peer: makes records and writes them. Its lock orders writes, the handshake's
 * messages and close_notify.
 */
final class OutboundRecords {
    /** Time limit for sending handshake messages and alerts. */
    static final Duration OWN_MESSAGE_BOUND = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Tls");

    /** Answers that a write of this side may hold up: each takes memory in the engine. */
    private static final int MAX_UNSENT = 32;

    /** The engine looks at all buffers that it is given for each record. */
    private static final int MAX_PIECES = 64;

    private final SSLEngine engine;
    private final Connection transport;
    private final TlsDeadlines deadlines;
    private final RecordBuffers buffers;
    private final boolean ofJdk;
    private final ReentrantLock lock = new ReentrantLock();

    /** True once records were made that may not be with the peer: the stream cannot continue. */
    private volatile boolean broken;

    /** Why, if the transport failed; null before, and if the engine did. */
    private volatile @Nullable NetException brokenBy;

    /** True once this side ends the session: the engine then has a message to send. */
    private volatile boolean closing;

    /** How often the engine had a message to send since one was sent: the lock was held. */
    private final AtomicInteger due = new AtomicInteger();

    OutboundRecords(SSLEngine engine, Connection transport, TlsDeadlines deadlines) {
        this.engine = engine;
        this.transport = transport;
        this.deadlines = deadlines;
        this.buffers = RecordBuffers.of(engine, transport);
        this.ofJdk = RecordBuffers.isJdks(engine);
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
        RecordBuffer records = buffers.take(
                length <= RecordBuffers.RECORD_BYTES / 2
                        ? record
                        : Math.max(
                                record, RecordBuffers.BATCH_BYTES));
        boolean whole = false;
        try {
            while (first < from.length) {
                wrap(from, first, records.bytes);
                first = firstWithBytes(from, first);
                if (first == from.length || records.bytes.remaining() < record) {
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
        SSLEngineResult result = ofJdk
                ? engine.wrap(from, first, count, records)
                : wrapSafely(from, first, count, records);
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

    /** Code in C reads no memory that another thread may free: it gets a copy of that. */
    private SSLEngineResult wrapSafely(ByteBuffer[] from, int first, int count, ByteBuffer records)
            throws SSLException {
        int safe = 0;
        while (safe < count && InboundRecords.isSafe(from[first + safe])) {
            safe++;
        }
        if (safe > 0) {
            return engine.wrap(from, first, safe, records);
        }
        ByteBuffer unsafe = from[first];
        RecordBuffer copy = buffers.take(RecordBuffers.RECORD_BYTES);
        try {
            int bytes = Math.min(unsafe.remaining(), copy.bytes.remaining());
            copy.bytes.put(0, unsafe, unsafe.position(), bytes).limit(bytes);
            SSLEngineResult result = engine.wrap(copy.bytes, records);
            unsafe.position(unsafe.position() + result.bytesConsumed());
            return result;
        } finally {
            RecordBuffers.release(copy);
        }
    }

    /** As {@link #sendFlight}. */
    private HandshakeStatus sendHandshake() throws NetException, SSLException {
        requireWhole();
        due.set(0);
        int record = engine.getSession().getPacketBufferSize();
        RecordBuffer records = buffers.take(Math.max(record, RecordBuffers.BATCH_BYTES));
        try {
            SSLEngineResult result = engine.wrap(InboundRecords.NOTHING, records.bytes);
            while (result.getStatus() == SSLEngineResult.Status.OK
                    && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (records.bytes.remaining() < record) {
                    send(records);
                }
                result = engine.wrap(InboundRecords.NOTHING, records.bytes);
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

    private void send(RecordBuffer records) throws NetException {
        ByteBuffer made = records.bytes;
        int bytes = made.position();
        if (bytes == 0) {
            return;
        }
        boolean sent = false;
        try {
            if (transport instanceof DirectTransport below) {
                below.write(records.memory, bytes);
            } else {
                transport.write(made.array(), made.arrayOffset(), bytes);
            }
            sent = true;
        } catch (NetException failure) {
            brokenBy = failure;
            throw failure.bytesWritten(0); // The user's bytes count, not those of records.
        } finally {
            broken |= !sent;
        }
        made.clear();
    }

    private void requireWhole() throws NetException {
        if (broken) {
            throw new ConnectionLostException("write " + transport
                    + ": an earlier write stopped within a TLS record; close the connection",
                    Status.BROKEN_PIPE, 0);
        }
    }

    // ---- without the lock ----------------------------------------------------------------------

    /** Sends the handshake messages that the engine has now; returns what it needs then. */
    HandshakeStatus sendFlight() throws NetException, SSLException {
        lock("TLS handshake with");
        try {
            return sendHandshake();
        } finally {
            unlock();
        }
    }

    // ---- messages that TLS itself has to send ---------------------------------------------------

    /** On the thread that reads: sends what TLS itself has to, or leaves it to the thread that writes. */
    void answer() throws SSLException {
        if (due.incrementAndGet() > MAX_UNSENT) {
            throw new SSLException("the peer requests key updates but does not read the answers");
        }
        sendDue();
    }

    /** Sends a message that waits, unless another thread has the lock, which then sends it. */
    void sendDue() {
        while (due.get() > 0 && tryLock(0)) {
            try {
                deadlines.beginOwnMessage(OWN_MESSAGE_BOUND);
                HandshakeStatus after = sendHandshake();
                assert after != HandshakeStatus.NEED_TASK : after;
            } catch (NetException | SSLException unsent) {
                // The stream is broken, which the next write reports; reads continue.
                LOG.debug("TLS {} could not answer", transport, unsent);
                return;
            } finally {
                deadlines.endOwnMessage();
                unlock();
            }
        }
    }
}
