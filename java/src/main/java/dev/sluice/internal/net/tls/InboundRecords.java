package dev.sluice.internal.net.tls;

import dev.sluice.Status;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.NetException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The direction from the peer: the bytes of records that are not whole, and plaintext that was not
 * read. One thread at a time uses it: the one that reads, or that does the handshake.
 */
final class InboundRecords {
    private static final String TLS_1_3 = "TLSv1.3";

    /** More than any engine's; a record that fits no buffer must not be tried again and again. */
    private static final int LARGEST_RECORD = 1 << 17;

    private final SSLEngine engine;
    private final Connection transport;
    private final OutboundRecords outbound;
    private final Answering answering;

    /** Received and not decrypted, from position to limit; null while there is nothing. */
    private @Nullable ByteBuffer records;

    /** Decrypted and not read, from position to limit; null while there is nothing. */
    private @Nullable ByteBuffer plain;

    /** True once the peer sent close_notify. */
    private boolean ended;

    /** True once the stream below ended without it. */
    private boolean truncated;

    /** Sends what the engine has to answer. */
    interface Answering {
        /** Sends it, or leaves it to the thread that writes; fails only for a peer that asks too much. */
        void answer() throws SSLException;
    }

    InboundRecords(SSLEngine engine, Connection transport, OutboundRecords outbound,
            Answering answering) {
        this.engine = engine;
        this.transport = transport;
        this.outbound = outbound;
        this.answering = answering;
    }

    boolean isTruncated() {
        return truncated;
    }

    /** Returns true if all that arrived was read, and the stream has not ended. */
    boolean isEmpty() {
        return records == null && plain == null && !ended && !truncated;
    }

    // ---- the handshake -------------------------------------------------------------------------

    /** Takes the peer's next flight, or a part of it; returns what the engine needs then. */
    HandshakeStatus receiveHandshake() throws NetException, SSLException {
        ByteBuffer into = plain == null
                ? RecordBuffers.take(engine.getSession().getApplicationBufferSize())
                : plain.compact();
        plain = into;
        SSLEngineResult result;
        try {
            result = next(into);
        } finally {
            into.flip();
            releaseEmpty();
        }
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException(result.getStatus() == SSLEngineResult.Status.CLOSED
                    ? "the peer closed the session during the handshake"
                    : "the peer sent application data during the handshake");
        }
        return result.getHandshakeStatus();
    }

    // ---- reading -------------------------------------------------------------------------------

    /** Reads after the handshake: 1 or more bytes, or -1 after the peer's close_notify. */
    int read(byte[] into, int offset, int length) throws NetException, SSLException {
        try {
            while (true) {
                ByteBuffer rest = plain;
                if (rest != null && rest.hasRemaining()) {
                    int count = Math.min(length, rest.remaining());
                    rest.get(into, offset, count);
                    return count;
                }
                if (ended) {
                    return -1;
                }
                int count = decrypt(into, offset, length);
                if (count > 0) {
                    return count;
                }
            }
        } finally {
            releaseEmpty();
        }
    }

    /** Decrypts one record into the array if it fits; else into the buffer, and returns 0. */
    private int decrypt(byte[] into, int offset, int length) throws NetException, SSLException {
        SSLEngineResult result = next(ByteBuffer.wrap(into, offset, length));
        int count = result.bytesProduced();
        int room = engine.getSession().getApplicationBufferSize();
        while (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            if (room > LARGEST_RECORD) {
                throw new SSLException("a record does not fit " + LARGEST_RECORD + " bytes");
            }
            result = decryptInto(roomFor(room));
            room *= 2;
        }
        ended = result.getStatus() == SSLEngineResult.Status.CLOSED;
        afterRecord(result.getHandshakeStatus());
        return count;
    }

    private SSLEngineResult decryptInto(ByteBuffer larger) throws NetException, SSLException {
        try {
            return next(larger);
        } finally {
            larger.flip();
        }
    }

    /** Returns the empty buffer for plaintext, with at least this room. */
    private ByteBuffer roomFor(int bytes) {
        ByteBuffer present = plain;
        if (present != null && present.capacity() < bytes) {
            plain = null;
            RecordBuffers.release(present);
            present = null;
        }
        ByteBuffer room = present == null ? RecordBuffers.take(bytes) : present.clear();
        plain = room;
        return room;
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
            answering.answer();
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

    /** Gives the engine one whole record; waits until it is here. */
    private SSLEngineResult next(ByteBuffer into) throws NetException, SSLException {
        ByteBuffer from = records;
        if (from == null) {
            from = RecordBuffers.take(engine.getSession().getPacketBufferSize()).limit(0);
            records = from;
        }
        SSLEngineResult result = engine.unwrap(from, into);
        while (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            from = fill(from);
            result = engine.unwrap(from, into);
        }
        return result;
    }

    private ByteBuffer fill(ByteBuffer from) throws NetException {
        ByteBuffer room = from.compact();
        if (!room.hasRemaining()) {
            int needed = Math.max(2 * room.capacity(), engine.getSession().getPacketBufferSize());
            ByteBuffer larger = RecordBuffers.take(needed).put(room.flip());
            RecordBuffers.release(room);
            records = larger;
            room = larger;
        }
        try {
            int count = transport.read(room.array(),
                    room.arrayOffset() + room.position(), room.remaining());
            if (count < 0) {
                truncated = true;
                throw new ConnectionLostException("read " + transport
                        + ": the peer ended it without close_notify, so bytes may be missing",
                        Status.RESET, 0);
            }
            room.position(room.position() + count);
            return room;
        } finally {
            room.flip();
        }
    }

    private void releaseEmpty() {
        ByteBuffer received = records;
        if (received != null && !received.hasRemaining()) {
            records = null;
            RecordBuffers.release(received);
        }
        ByteBuffer decrypted = plain;
        if (decrypted != null && !decrypted.hasRemaining()) {
            plain = null;
            RecordBuffers.release(decrypted);
        }
    }
}
