package dev.sluice.internal.net.tls;

import dev.sluice.Status;
import dev.sluice.internal.net.DirectTransport;
import dev.sluice.internal.net.Scratch;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The direction from the peer: the bytes of records that are not whole, and plaintext that was not
 * read. One thread at a time uses it: the one that reads, or that does the handshake; while that waits
 * for bytes, the port's thread may call {@link #lend}.
 */
final class InboundRecords implements DirectTransport.Lender {
    private static final String TLS_1_3 = "TLSv1.3";

    /** More than any engine's; a record that fits no buffer must not be tried again and again. */
    private static final int LARGEST_RECORD = 1 << 17;

    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Connection transport;
    private final OutboundRecords outbound;
    private final RecordBuffers buffers;

    /** True for an engine that holds no plaintext of its own, and whose accesses to memory are checked. */
    private final boolean ofJdk;

    /** Received and not decrypted, from position to limit; null while there is nothing. */
    private @Nullable RecordBuffer records;

    /** True while {@link #records} is lent: bytes go to it from its position on. */
    private boolean lent;

    /** The room for a record, for the port's thread, which must not wait for the engine's lock. */
    private int packetBytes;

    /** Decrypted and not read, from position to limit; null while there is nothing. */
    private @Nullable RecordBuffer plain;

    /** True if the engine may hold plaintext, since the last of it filled the reader's memory. */
    private boolean mayHoldPlain;

    /** True once the peer sent close_notify. */
    private boolean ended;

    /** True once the stream below ended without it. */
    private boolean truncated;

    InboundRecords(SSLEngine engine, Connection transport, OutboundRecords outbound) {
        this.engine = engine;
        this.transport = transport;
        this.outbound = outbound;
        this.buffers = RecordBuffers.of(engine, transport);
        this.ofJdk = RecordBuffers.isJdks(engine);
    }

    boolean isTruncated() {
        return truncated;
    }

    /** Returns true if all that arrived was read, and the stream has not ended. */
    boolean isEmpty() {
        if (mayHoldPlain && records == null && plain == null && !ended) {
            try {
                takeHeldPlain();
            } catch (SSLException invalid) {
                return false;
            }
        }
        return records == null && plain == null && !ended && !truncated;
    }

    private void takeHeldPlain() throws SSLException {
        ByteBuffer room = roomFor(engine.getSession().getApplicationBufferSize());
        try {
            SSLEngineResult result = engine.unwrap(NOTHING, room);
            mayHoldPlain = result.bytesProduced() > 0 && !room.hasRemaining();
        } finally {
            room.flip();
            releaseEmpty();
        }
    }

    /**
     * Releases all buffers of a closed connection, unless a thread uses them: that thread calls this
     * once it has ended. Any thread may call.
     *
     * @param handshaking held by the thread that does the handshake
     * @param reading true while a thread reads
     */
    void releaseUnlessUsed(ReentrantLock handshaking, AtomicBoolean reading) {
        boolean missed = true;
        while (missed && handshaking.tryLock()) {
            boolean released = false;
            try {
                released = reading.compareAndSet(false, true);
                if (released) {
                    release();
                    reading.set(false);
                }
            } finally {
                handshaking.unlock();
            }
            // A reader that ended before the unlock could not lock, and left this to the lock's holder.
            missed = !released && !reading.get();
        }
    }

    /** Gives back all buffers, of a connection that has ended. */
    void release() {
        RecordBuffer received = records;
        RecordBuffer decrypted = plain;
        records = null;
        plain = null;
        if (received != null) {
            RecordBuffers.release(received);
        }
        if (decrypted != null) {
            RecordBuffers.release(decrypted);
        }
    }

    // ---- the handshake -------------------------------------------------------------------------

    /** Does the handshake. */
    void exchangeFlights() throws NetException, SSLException {
        engine.beginHandshake();
        HandshakeStatus next = engine.getHandshakeStatus();
        while (next != HandshakeStatus.NOT_HANDSHAKING && next != HandshakeStatus.FINISHED) {
            next = switch (next) {
                case NEED_TASK -> runTasks(engine);
                case NEED_WRAP -> outbound.sendFlight();
                default -> receiveHandshake();
            };
        }
        if (!ofJdk) {
            // OpenSSL's reports the end before its last message is sent, and needs no wrap from then on.
            HandshakeStatus after = outbound.sendFlight();
            assert after != HandshakeStatus.NEED_TASK : after;
        }
    }

    /** Takes the peer's next flight, or a part of it; returns what the engine needs then. */
    private HandshakeStatus receiveHandshake() throws NetException, SSLException {
        if (ofJdk) {
            awaitBytes();
        }
        RecordBuffer present = plain;
        ByteBuffer into = present == null
                ? roomFor(engine.getSession().getApplicationBufferSize())
                : present.bytes.compact();
        SSLEngineResult result;
        try {
            result = engine.unwrap(received(), into);
            // OpenSSL's engine takes the last record, and then needs a call without one to see the end.
            while (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
                    && result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
                fillFurther();
                result = engine.unwrap(received(), into);
            }
        } finally {
            into.flip();
            releaseEmpty();
        }
        mayHoldPlain = !ofJdk;
        if (result.getStatus() != SSLEngineResult.Status.OK
                && result.getStatus() != SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            throw new SSLException(result.getStatus() == SSLEngineResult.Status.CLOSED
                    ? "the peer closed the session during the handshake"
                    : "the peer sent application data during the handshake");
        }
        return result.getHandshakeStatus();
    }

    // ---- reading -------------------------------------------------------------------------------

    /** Reads after the handshake: 1 or more bytes, or -1 after the peer's close_notify. */
    int read(ByteBuffer into) throws NetException, SSLException {
        boolean straight = ofJdk || isSafe(into);
        try {
            while (true) {
                RecordBuffer rest = plain;
                if (rest != null && rest.bytes.hasRemaining()) {
                    return move(rest.bytes, into);
                }
                if (ended) {
                    return -1;
                }
                if (!straight) {
                    decryptAndKeep();
                    continue;
                }
                int count = decrypt(into);
                if (count > 0) {
                    return count;
                }
            }
        } finally {
            releaseEmpty();
        }
    }

    /**
     * Returns true if code in C may use the memory of a buffer: no other thread can free it meanwhile.
     */
    static boolean isSafe(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            return true;
        }
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        return Scratch.isHeld(memory) || Scratch.isHeldByItsBuffer(buffer, memory);
    }

    private static int move(ByteBuffer from, ByteBuffer into) {
        int count = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), count);
        into.position(into.position() + count);
        from.position(from.position() + count);
        return count;
    }

    /** Writes to another connection what a record has: 1 or more bytes, or -1 at the end. */
    int copyOnce(Connection target) throws NetException, SSLException {
        try {
            while (true) {
                RecordBuffer rest = plain;
                if (rest != null && rest.bytes.hasRemaining()) {
                    int count = rest.bytes.remaining();
                    pass(rest, count, target);
                    return count;
                }
                if (ended) {
                    return -1;
                }
                decryptAndKeep();
            }
        } finally {
            releaseEmpty();
        }
    }

    /** Bytes that the target does not take remain. */
    private static void pass(RecordBuffer rest, int count, Connection target) throws NetException {
        ByteBuffer bytes = rest.bytes;
        if (!(target instanceof DirectTransport socket) || bytes.position() > 0) {
            target.write(bytes);
            return;
        }
        try {
            socket.write(rest.memory, count);
        } catch (NetException failure) {
            bytes.position((int) Math.min(failure.bytesWritten(), count));
            throw failure;
        }
        bytes.position(count);
    }

    /** Decrypts one record into the buffer if it fits; else keeps it, and returns 0. */
    private int decrypt(ByteBuffer into) throws NetException, SSLException {
        awaitBytes();
        SSLEngineResult result = next(into);
        int count = result.bytesProduced();
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            result = keepRecord();
        }
        noteEnd(result);
        return count;
    }

    /** Decrypts one record and keeps it; takes no buffer before its first bytes are here. */
    private void decryptAndKeep() throws NetException, SSLException {
        awaitBytes();
        noteEnd(keepRecord());
    }

    private SSLEngineResult keepRecord() throws NetException, SSLException {
        int room = engine.getSession().getApplicationBufferSize();
        SSLEngineResult result = decryptInto(roomFor(room));
        while (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            room *= 2;
            if (room > LARGEST_RECORD) {
                throw new SSLException("a record does not fit " + LARGEST_RECORD + " bytes");
            }
            result = decryptInto(roomFor(room));
        }
        return result;
    }

    private SSLEngineResult decryptInto(ByteBuffer room) throws NetException, SSLException {
        try {
            return next(room);
        } finally {
            room.flip();
        }
    }

    /** Returns the empty buffer for plaintext, with at least this room. */
    private ByteBuffer roomFor(int bytes) {
        RecordBuffer present = plain;
        if (present != null && present.bytes.capacity() < bytes) {
            plain = null;
            RecordBuffers.release(present);
            present = null;
        }
        RecordBuffer room = present == null ? buffers.take(bytes) : present;
        plain = room;
        return room.bytes.clear();
    }

    private void noteEnd(SSLEngineResult result) throws NetException, SSLException {
        boolean closed = result.getStatus() == SSLEngineResult.Status.CLOSED;
        if (closed && !ofJdk && outbound.isEnding()) {
            // CLOSED may be caused by our own close_notify; reporting -1 could hide missing bytes.
            throw new NetException("read " + transport + ": this TLS engine cannot read after"
                    + " closeWrite(); read to the end before it, or use the JDK's engine",
                    Status.UNSUPPORTED, 0);
        }
        ended = closed;
        afterRecord(result.getHandshakeStatus());
    }

    /** Answers what TLS itself asked for: an update of keys, the close_notify of TLS 1.2. */
    private void afterRecord(HandshakeStatus status) throws SSLException {
        HandshakeStatus next = status;
        if (next == HandshakeStatus.NOT_HANDSHAKING || next == HandshakeStatus.FINISHED) {
            return;
        }
        boolean expected = ended || outbound.isEnding();
        if (!expected && !engine.getSession().getProtocol().equals(TLS_1_3)) {
            throw new SSLException("the peer asked for a renegotiation, which is refused");
        }
        while (next == HandshakeStatus.NEED_TASK) {
            next = runTasks(engine);
        }
        if (next == HandshakeStatus.NEED_WRAP) {
            outbound.answer();
        }
    }

    /** Runs what the engine delegates; returns what it needs then. */
    static HandshakeStatus runTasks(SSLEngine engine) {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
        return engine.getHandshakeStatus();
    }

    // ---- records -------------------------------------------------------------------------------

    /** Waits for the first bytes of a record, unless some are here; no buffer is held meanwhile. */
    private void awaitBytes() throws NetException {
        releaseEmpty();
        if (records == null && !mayHoldPlain && !engine.isInboundDone()) {
            fill();
        }
    }

    /** Gives the engine one whole record; waits until it is here. */
    private SSLEngineResult next(ByteBuffer into) throws NetException, SSLException {
        SSLEngineResult result = engine.unwrap(received(), into);
        while (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            fillFurther();
            result = engine.unwrap(received(), into);
        }
        mayHoldPlain = !ofJdk && !into.hasRemaining();
        return result;
    }

    private void fillFurther() throws NetException, SSLException {
        if (received().remaining() > LARGEST_RECORD) {
            throw new SSLException("a record has more than " + LARGEST_RECORD + " bytes");
        }
        fill();
    }

    private ByteBuffer received() {
        RecordBuffer present = records;
        return present == null ? NOTHING : present.bytes;
    }

    private void fill() throws NetException {
        packetBytes = engine.getSession().getPacketBufferSize();
        int count = 0;
        try {
            count = readBelow();
        } finally {
            settle(Math.max(count, 0));
        }
        if (count < 0) {
            truncated = true;
            throw new ConnectionLostException("read " + transport
                    + ": the peer ended it without close_notify, so bytes may be missing",
                    Status.RESET, 0);
        }
    }

    private int readBelow() throws NetException {
        if (transport instanceof DirectTransport below) {
            return below.read(this);
        }
        lend();
        ByteBuffer room = received();
        return transport.read(
                room.array(), room.arrayOffset() + room.position(), room.remaining());
    }

    @Override
    public MemorySegment lend() {
        RecordBuffer present = records;
        if (present == null) {
            present = buffers.take(packetBytes);
        } else if (!present.bytes.compact().hasRemaining()) {
            RecordBuffer larger =
                    buffers.take(Math.max(2 * present.bytes.capacity(), packetBytes));
            larger.bytes.put(present.bytes.flip());
            RecordBuffers.release(present);
            present = larger;
        }
        records = present;
        lent = true;
        return present.room();
    }

    @Override
    public void takeBack() {
        settle(0);
    }

    /** Ends a loan into which so many bytes came. */
    private void settle(int count) {
        RecordBuffer present = records;
        if (present != null && lent) {
            lent = false;
            present.bytes.position(present.bytes.position() + count).flip();
            if (!present.bytes.hasRemaining()) {
                records = null;
                RecordBuffers.release(present);
            }
        }
    }

    private void releaseEmpty() {
        RecordBuffer received = records;
        if (received != null && !received.bytes.hasRemaining()) {
            records = null;
            RecordBuffers.release(received);
        }
        RecordBuffer decrypted = plain;
        if (decrypted != null && !decrypted.bytes.hasRemaining()) {
            plain = null;
            RecordBuffers.release(decrypted);
        }
    }
}
