package dev.sluice.internal.net.tls;

import dev.sluice.Address;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.TcpInfo;
import dev.sluice.internal.net.IdleCheck;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.Scratch;
import dev.sluice.net.ClosedException;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.HeartbeatAction;
import dev.sluice.net.NetException;
import dev.sluice.net.TlsConnection;
import dev.sluice.net.TlsException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS over a connection. */
public final class TlsStream implements TlsConnection, IdleCheck {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Tls");

    private static final Duration SERVED_BOUND = Duration.ofSeconds(10);

    /** A buffer has an int of bytes. */
    private static final long SEGMENT_PART_BYTES = 1 << 30;

    private final Connection transport;
    private final SSLEngine engine;
    private final Duration handshakeTimeout;
    private final OutboundRecords outbound;
    private final InboundRecords inbound;
    private final TlsDeadlines deadlines;

    /** Held by the thread that does the handshake. */
    private final ReentrantLock handshaking = new ReentrantLock();

    private volatile boolean handshaken;

    /** What ended TLS for good, or null. */
    private volatile @Nullable SSLException failure;

    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean readClosed;

    /**
     * Begins no handshake yet.
     *
     * @param host name or literal of the server for a client, else ""
     */
    public TlsStream(Connection transport, TlsSettings settings, String host, boolean literal) {
        this.transport = transport;
        int port = transport.remoteAddress().isUnix() ? -1 : transport.remoteAddress().port();
        this.engine = settings.engine(host, port, literal);
        this.handshakeTimeout = settings.handshakeTimeout();
        this.deadlines = new TlsDeadlines(transport);
        this.outbound = new OutboundRecords(engine, transport, deadlines);
        this.inbound = new InboundRecords(engine, transport, outbound);
    }

    // ---- the handshake -------------------------------------------------------------------------

    @Override
    public void handshake() throws NetException {
        handshake(handshakeTimeout);
    }

    /** Does the handshake within the earlier of two times; a failure resets the connection. */
    public void handshakeWithin(Duration bound) throws NetException {
        handshake(bound.compareTo(handshakeTimeout) < 0 ? bound : handshakeTimeout);
    }

    private void handshake(Duration timeout) throws NetException {
        requireNoFailure("TLS handshake with");
        if (handshaken) {
            return;
        }
        try {
            handshaking.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetErrors.of("TLS handshake with " + this, Status.CANCELLED, 0);
        }
        try {
            requireNoFailure("TLS handshake with");
            if (!handshaken) {
                shakeHands(timeout);
            }
        } finally {
            handshaking.unlock();
            releaseIfClosed();
        }
    }

    private void shakeHands(Duration timeout) throws NetException {
        String operation = "TLS handshake with " + this;
        deadlines.beginHandshake(timeout);
        try {
            inbound.exchangeFlights();
            handshaken = true;
        } catch (SSLException refused) {
            throw failed("TLS handshake with", refused);
        } catch (DeadlineException late) {
            throw describing(new DeadlineException(
                    operation + ": deadline exceeded", Status.DEADLINE, 0), late);
        } catch (ConnectionLostException lost) {
            throw describing(new ConnectionLostException(
                    operation + ": the peer ended the connection", lost.status(),
                    lost.nativeCode()), lost);
        } finally {
            if (!handshaken) {
                inbound.release();
                if (failure == null) {
                    failure = new SSLException("the handshake did not end");
                    transport.abort();
                }
            } else {
                deadlines.endHandshake();
            }
        }
    }

    private static <T extends NetException> T describing(T exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }

    private void requireNoFailure(String operation) throws NetException {
        if (closed.get()) {
            throw new ClosedException(operation + " " + this + ": closed on this side");
        }
        SSLException known = failure;
        if (known != null) {
            throw new TlsException(operation + " " + this + ": TLS failed before: "
                    + known.getMessage(), known);
        }
    }

    /** Ends the connection for a failure of TLS: by the engine's alert if it has one, else by a reset. */
    private TlsException failed(String operation, SSLException cause) {
        failure = cause;
        TlsException exception =
                new TlsException(operation + " " + this + ": " + cause.getMessage(), cause);
        // An engine that found the fault itself takes nothing more; then its last message is an alert,
        // and else close_notify, by which the peer would take a part for the whole.
        if (engine.isInboundDone()
                && sendLast(TlsDeadlines.after(OutboundRecords.OWN_MESSAGE_BOUND), false)) {
            transport.close();
        } else {
            transport.abort();
        }
        return exception;
    }

    @Override
    public SSLSession session() throws NetException {
        handshake();
        return engine.getSession();
    }

    @Override
    public String applicationProtocol() throws NetException {
        handshake();
        return Objects.requireNonNullElse(engine.getApplicationProtocol(), "");
    }

    // ---- reading -------------------------------------------------------------------------------

    @Override
    public int read(byte[] into, int offset, int length) throws NetException {
        return move(ByteBuffer.wrap(into, offset, length), null);
    }

    @Override
    public int read(MemorySegment into) throws NetException {
        Scratch.requireWritable(into, this);
        return read(into.asSlice(0, Math.min(into.byteSize(), SEGMENT_PART_BYTES)).asByteBuffer());
    }

    /** The engine decrypts a record into the buffer if it fits. */
    @Override
    public int read(ByteBuffer into) throws NetException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("read " + this
                    + " into read-only memory: pass a writable segment or buffer");
        }
        return move(into, null);
    }

    /** Holds no buffer while it waits for a record. */
    @Override
    public long transferTo(Connection target) throws NetException {
        long copied = 0;
        try {
            for (int count = 0; count >= 0; count = move(InboundRecords.NOTHING, target)) {
                copied += count;
            }
            return copied;
        } catch (NetException failure) {
            throw failure.bytesWritten(copied + failure.bytesWritten());
        }
    }

    /** Reads into a buffer, or to a connection if there is one. */
    private int move(ByteBuffer into, @Nullable Connection target) throws NetException {
        if (!reading.compareAndSet(false, true)) {
            requireNoFailure("read");
            throw new IllegalStateException(
                    "cannot read " + this + ": another thread is reading it");
        }
        try {
            handshake();
            if (deadlines.readIsOver()) {
                throw NetErrors.of("read " + this, Status.DEADLINE, 0);
            }
            int count = target != null
                    ? inbound.copyOnce(target)
                    : into.hasRemaining() ? inbound.read(into) : 0;
            if (count < 0) {
                requireNoFailure("read"); // The engine also ends for a failure of the thread that writes.
            }
            return count;
        } catch (SSLException invalid) {
            throw failed("read", invalid);
        } catch (ConnectionLostException lost) {
            if (readClosed && inbound.isTruncated()) {
                return -1;
            }
            throw lost;
        } finally {
            reading.set(false);
            releaseIfClosed();
        }
    }

    /** Follows each close, and each use of the reading side, which may have prevented it at the close. */
    private void releaseIfClosed() {
        if (closed.get()) {
            inbound.releaseUnlessUsed(handshaking, reading);
        }
    }

    /** Records of TLS itself count as well: one that arrived unasked makes the connection not quiet. */
    @Override
    public boolean isQuiet() {
        if (!handshaken || failure != null || closed.get() || readClosed || outbound.isEnding()
                || !reading.compareAndSet(false, true)) {
            return false;
        }
        try {
            return inbound.isEmpty() && transport instanceof IdleCheck below && below.isQuiet();
        } finally {
            reading.set(false);
            releaseIfClosed();
        }
    }

    @Override
    public void closeRead() throws NetException {
        readClosed = true;
        transport.closeRead();
    }

    // ---- writing -------------------------------------------------------------------------------

    @Override
    public void write(byte[] from, int offset, int length) throws NetException {
        write(ByteBuffer.wrap(from, offset, length));
    }

    @Override
    public void write(MemorySegment from) throws NetException {
        for (long written = 0; written < from.byteSize();) {
            long part = Math.min(from.byteSize() - written, SEGMENT_PART_BYTES);
            try {
                write(from.asSlice(written, part).asByteBuffer());
            } catch (NetException failure) {
                throw failure.bytesWritten(written + failure.bytesWritten());
            }
            written += part;
        }
    }

    @Override
    public void write(ByteBuffer from) throws NetException {
        write(new ByteBuffer[]{from});
    }

    /** The engine reads the buffers where they are. */
    @Override
    public void write(ByteBuffer... from) throws NetException {
        long before = OutboundRecords.remaining(from);
        try {
            handshake();
            withLock("write", () -> outbound.write(from));
        } catch (NetException failure) {
            throw failure.bytesWritten(before - OutboundRecords.remaining(from));
        }
    }

    @Override
    public void closeWrite() throws NetException {
        handshake();
        withLock("close the writing side of", () -> {
            deadlines.beginOwnMessage(OutboundRecords.OWN_MESSAGE_BOUND);
            try {
                outbound.closeNotify();
            } finally {
                deadlines.endOwnMessage();
            }
            transport.closeWrite();
        });
    }

    /** Something that makes records. */
    private interface Sending {
        void run() throws NetException, SSLException;
    }

    private void withLock(String operation, Sending sending) throws NetException {
        outbound.lock(operation);
        try {
            requireNoFailure(operation);
            sending.run();
        } catch (SSLException invalid) {
            throw failed(operation, invalid);
        } finally {
            outbound.unlock();
        }
        outbound.sendDue();
    }

    // ---- time ----------------------------------------------------------------------------------

    @Override
    public void readDeadline(Duration fromNow) {
        deadlines.read(fromNow);
    }

    @Override
    public void writeDeadline(Duration fromNow) {
        deadlines.write(fromNow);
    }

    @Override
    public void clearDeadlines() {
        deadlines.clear();
    }

    @Override
    public void idleTimeout(Duration timeout) {
        transport.idleTimeout(timeout);
    }

    @Override
    public void heartbeat(Duration interval, HeartbeatAction whenIdle) {
        transport.heartbeat(interval, below -> whenIdle.idle(this));
    }

    @Override
    public void beat() {
        transport.beat();
    }

    // ---- close ---------------------------------------------------------------------------------

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        if (endSession(TlsDeadlines.after(OutboundRecords.OWN_MESSAGE_BOUND), false)) {
            transport.close();
        } else {
            transport.abort();
        }
        releaseIfClosed();
    }

    @Override
    public Status closeGracefully(Duration bound) throws NetException {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException(
                    "graceful close within " + bound + ": use more than zero, or abort()");
        }
        if (closed.getAndSet(true)) {
            return Status.CLOSED_LOCALLY;
        }
        long endNanos = TlsDeadlines.after(bound);
        try {
            if (endSession(endNanos, true)
                    || outbound.brokenBy() instanceof ConnectionLostException) {
                // Also of a lost connection, the transport knows best how it ended.
                return transport.closeGracefully(TlsDeadlines.left(endNanos));
            }
            NetException unsent = outbound.brokenBy();
            transport.abort();
            return unsent == null ? Status.DEADLINE : unsent.status(); // Else a write is under way.
        } finally {
            releaseIfClosed();
        }
    }

    /** Sends close_notify after the handler of a server; aborts if that cannot be. */
    public void endServed() {
        if (!closed.getAndSet(true) && !endSession(TlsDeadlines.after(SERVED_BOUND), true)) {
            transport.abort();
        }
        releaseIfClosed();
    }

    /** Sends close_notify; false if the peer must not take what it got for the whole. */
    private boolean endSession(long endNanos, boolean waitForWrites) {
        return !transport.isOpen() || !handshaken || failure != null
                || sendLast(endNanos, waitForWrites);
    }

    /** Sends the engine's last message by a time; false if a write or a record stays unfinished. */
    private boolean sendLast(long endNanos, boolean waitForWrites) {
        if (!outbound.tryLock(waitForWrites ? TlsDeadlines.left(endNanos).toNanos() : 0)) {
            return false;
        }
        try {
            if (!outbound.isBroken()) {
                transport.writeDeadline(TlsDeadlines.left(endNanos));
                outbound.closeNotify();
            }
        } catch (NetException | SSLException unsent) {
            // The peer learns of the end by what follows: it gets no close_notify, or a reset.
            LOG.debug("{} ends without close_notify", this, unsent);
        } finally {
            outbound.unlock();
        }
        return !outbound.isBroken();
    }

    @Override
    public void abort() {
        closed.set(true);
        transport.abort();
        releaseIfClosed();
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && transport.isOpen();
    }

    // ---- addresses and settings ----------------------------------------------------------------

    @Override
    public Address localAddress() {
        return transport.localAddress();
    }

    @Override
    public Address remoteAddress() {
        return transport.remoteAddress();
    }

    @Override
    public TcpInfo tcpInfo() throws NetException {
        return transport.tcpInfo();
    }

    @Override
    public <T> void set(SockOpt<T> option, T value) throws NetException {
        transport.set(option, value);
    }

    @Override
    public <T> T get(SockOpt<T> option) throws NetException {
        return transport.get(option);
    }

    @Override
    public String toString() {
        return "TLS " + transport;
    }
}
