package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.CloseMode;
import dev.sluice.NativeSocket;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.TcpInfo;
import dev.sluice.internal.leaks.Leaks;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A connected stream: TCP, or a Unix socket.
 *
 * <p><b>Threads.</b> One thread may read while another writes. A second reader at the same time is
 * refused with {@link IllegalStateException}, since nobody could tell who gets which bytes; writers
 * wait for each other, so that what one call writes stays together. Every other method may be called
 * by any thread; {@link #close} and {@link #abort} end a read and a write that wait. Reading and
 * writing park a virtual thread and never hold its carrier.
 *
 * <p><b>Ends.</b> The end of the peer's stream is -1, on each further read too. A reset is a {@link
 * ConnectionLostException} and never -1; the bytes before it are read first, even if a write has
 * failed. After {@link #close} on this side, calls fail with {@link ClosedException}.
 *
 * <p><b>Time.</b> A deadline that passes fails the call that waits, and every later one, with {@link
 * DeadlineException}, until it is moved; no byte is lost by it. An interrupt fails the call with {@link
 * CancelledException}; the connection stays usable.
 */
public final class Connection implements Closeable {
    /** How long {@link #close} lets the peer take before the connection is ended all the same. */
    static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private final ConnectionState wire;

    private Connection(ConnectionState wire) {
        this.wire = wire;
    }

    /** On the port's thread: the connection of a connected socket. */
    static Connection on(Poller poller, NativeSocket socket, Address listening)
            throws SystemCallException {
        boolean known = listening.isUnix() || !listening.isAny();
        Address local = known ? listening : socket.localAddress();
        return new Connection(ConnectionState.watch(poller, socket, local, socket.peerAddress()));
    }

    /** On the port's thread: the connection of a socket that was connected by this side. */
    static Connection dialled(Poller poller, NativeSocket socket, Address to)
            throws SystemCallException {
        return new Connection(ConnectionState.watch(poller, socket, socket.localAddress(), to));
    }

    /** Its user must close it from now on. */
    Connection given() {
        wire.watch = Leaks.watch(Leaks.Kind.CONNECTION, this, wire::openName);
        return this;
    }

    /**
     * Reads what is there, and waits for the first byte if there is none.
     *
     * @param into native memory of any arena, or a heap segment; that of an arena which another thread
     *     could close gets its bytes by way of a copy
     * @return 1 or more bytes; 0 only if there is no room; -1 at the end of the peer's stream, and
     *     after {@link #closeRead}
     * @throws NetException the deadline passed, the connection was lost or closed, or the thread was
     *     interrupted
     */
    public int read(MemorySegment into) throws NetException {
        Scratch.requireWritable(into, this);
        beginRead();
        try {
            return wire.in.receive(into);
        } finally {
            wire.in.end();
        }
    }

    /**
     * As {@link #read(MemorySegment)}.
     *
     * @param into filled from its beginning
     * @return 1 or more bytes, or -1
     * @throws NetException as there
     */
    public int read(byte[] into) throws NetException {
        return read(into, 0, into.length);
    }

    /**
     * As {@link #read(MemorySegment)}.
     *
     * @param into filled from the offset
     * @param offset first byte
     * @param length most bytes
     * @return 1 or more bytes, 0 for a length of 0, or -1
     * @throws NetException as there
     */
    public int read(byte[] into, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, into.length);
        beginRead();
        try {
            return wire.in.receive(into, offset, length);
        } finally {
            wire.in.end();
        }
    }

    /**
     * As {@link #read(MemorySegment)}.
     *
     * @param into filled from its position, which moves
     * @return 1 or more bytes, 0 if nothing remains, or -1
     * @throws NetException as there
     */
    public int read(ByteBuffer into) throws NetException {
        int count = into.hasArray()
                ? read(into.array(), into.arrayOffset() + into.position(), into.remaining())
                : read(MemorySegment.ofBuffer(into));
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    /**
     * Reads until the array is full.
     *
     * @param into filled whole
     * @throws EOFException if the stream ended before; what came is in the array
     * @throws NetException as {@link #read(MemorySegment)}; what came is in the array
     */
    public void readFully(byte[] into) throws IOException {
        readFully(into, 0, into.length);
    }

    /**
     * Reads exactly this many bytes.
     *
     * @param into filled from the offset
     * @param offset first byte
     * @param length exact number of bytes
     * @throws EOFException if the stream ended before; what came is in the array
     * @throws NetException as {@link #read(MemorySegment)}; what came is in the array
     */
    public void readFully(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int filled = 0;
        while (filled < length) {
            int count = read(into, offset + filled, length - filled);
            if (count < 0) {
                throw new EOFException(wire.describe("read") + ": end of stream after " + filled
                        + " of " + length + " bytes");
            }
            filled += count;
        }
    }

    private void beginRead() {
        if (!wire.in.begin()) {
            throw new IllegalStateException(
                    "cannot read " + this + ": another thread is reading it");
        }
    }

    // ---- writing -----------------------------------------------------------------------------

    /**
     * Writes all bytes, waiting while the peer does not take them. If it fails, some may have been
     * taken. On ports of io_uring a small write may still be on its way to the system for a moment
     * after this returned; if it fails there, the next call tells.
     *
     * @param from native memory of any arena, or a heap segment
     * @throws NetException the deadline passed, the connection was lost or closed, or the thread was
     *     interrupted
     */
    public void write(MemorySegment from) throws NetException {
        wire.out.lock("write");
        try {
            wire.out.send(from);
        } finally {
            wire.out.unlock();
        }
    }

    /**
     * As {@link #write(MemorySegment)}.
     *
     * @param from written whole
     * @throws NetException as there
     */
    public void write(byte[] from) throws NetException {
        write(from, 0, from.length);
    }

    /**
     * As {@link #write(MemorySegment)}.
     *
     * @param from written from the offset
     * @param offset first byte
     * @param length number of bytes
     * @throws NetException as there
     */
    public void write(byte[] from, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        wire.out.lock("write");
        try {
            wire.out.send(from, offset, length);
        } finally {
            wire.out.unlock();
        }
    }

    /**
     * As {@link #write(MemorySegment)}.
     *
     * @param from its remaining bytes are written and its position moves to its limit
     * @throws NetException as there; the position is unchanged then
     */
    public void write(ByteBuffer from) throws NetException {
        write(MemorySegment.ofBuffer(from));
        from.position(from.limit());
    }

    // ---- streams -----------------------------------------------------------------------------

    /**
     * Copies everything that the peer sends to another connection, until the end of its stream. With
     * itself as the target it is an echo. Ends are not passed on: call {@link #closeWrite}.
     *
     * @param target may be this connection
     * @return bytes copied
     * @throws NetException as {@link #read(MemorySegment)} and {@link #write(MemorySegment)}
     */
    public long transferTo(Connection target) throws NetException {
        beginRead();
        try {
            return wire.in.copyTo(target);
        } finally {
            wire.in.end();
        }
    }

    /**
     * Copies everything that the peer sends, until the end of its stream.
     *
     * @param target not closed, not flushed
     * @return bytes copied
     * @throws IOException as {@link #read(MemorySegment)}, or what the target throws
     */
    public long transferTo(OutputStream target) throws IOException {
        return inputStream().transferTo(target);
    }

    /**
     * Writes everything that a stream has, until its end.
     *
     * @param source not closed
     * @return bytes copied
     * @throws IOException as {@link #write(MemorySegment)}, or what the source throws
     */
    public long transferFrom(InputStream source) throws IOException {
        return source.transferTo(outputStream());
    }

    /**
     * The reading side as a stream. Closing it closes the connection.
     *
     * @return a view; as of the connection, one thread at a time may read
     */
    public InputStream inputStream() {
        return new ConnectionInput(this);
    }

    /**
     * The writing side as a stream, not buffered. Closing it closes the connection.
     *
     * @return a view
     */
    public OutputStream outputStream() {
        return new ConnectionOutput(this);
    }

    // ---- time --------------------------------------------------------------------------------

    /**
     * Sets the time until which reads may wait, also that of a read that waits now. When it has
     * passed, reads fail until it is moved.
     *
     * @param fromNow from now on; zero or less has passed already
     */
    public void readDeadline(Duration fromNow) {
        wire.in.deadline(fromNow);
    }

    /**
     * Sets the time until which writes may wait, also that of a write that waits now.
     *
     * @param fromNow from now on; zero or less has passed already
     */
    public void writeDeadline(Duration fromNow) {
        wire.out.deadline(fromNow);
    }

    /** Lets reads and writes wait without end, as at the beginning. */
    public void clearDeadlines() {
        wire.in.deadline(null);
        wire.out.deadline(null);
    }

    /**
     * Fails a read or write that waits when no byte has moved in either direction for this long,
     * and never one that need not wait. A {@link #beat} counts as traffic. On Linux so do bytes
     * that the peer takes of an earlier write; while some are unacknowledged, a call may wait up to
     * twice as long. Unlike a deadline it need not be set again.
     *
     * @param timeout more than zero
     */
    public void idleTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("idle timeout of " + timeout + ": use more than 0");
        }
        Activity activity = wire.activity();
        activity.beat();
        activity.idleNanos = TimeUnit.NANOSECONDS.convert(timeout);
        wire.wakeAll();
    }

    /**
     * Calls back each time that no byte has moved, and no {@link #beat} was given, for an interval:
     * to send a ping, or to give up on the peer. The callback has a virtual thread of its own; the
     * next interval begins when it returns. It ends with the connection. A second one replaces it.
     *
     * @param interval more than zero
     * @param whenIdle may read, write and close; an exception ends the heartbeat and is logged
     */
    public void heartbeat(Duration interval, HeartbeatAction whenIdle) {
        Heartbeat.start(this, wire, interval, whenIdle);
    }

    /** Counts as traffic for {@link #idleTimeout} and {@link #heartbeat}. */
    public void beat() {
        wire.activity().beat();
    }

    // ---- ends --------------------------------------------------------------------------------

    /**
     * Ends the writing side: the peer reads what was written, then the end of the stream. Reading
     * goes on. Waits for a write that is under way. Doing it again does nothing.
     *
     * @throws NetException it was lost or closed, a write failed half way, or an interrupt came
     */
    public void closeWrite() throws NetException {
        wire.out.lock("close the writing side of");
        try {
            wire.requireNotCut("close the writing side of");
            wire.out.close("close the writing side of");
        } finally {
            wire.out.unlock();
        }
    }

    /**
     * Ends the reading side: a read that waits, and every later one, ends with -1 once what had come
     * is read. The peer is not told.
     *
     * @throws NetException the connection was lost or closed, or the thread was interrupted
     */
    public void closeRead() throws NetException {
        wire.in.readCloses();
        wire.carryOut("close the reading side of", () -> Shutdown.receive(wire.socket));
        wire.in.readClosed();
    }

    /**
     * Ends the connection well, without waiting: the peer gets everything that was written, then the
     * end of the stream; what it still sends is discarded until it ends its side too, at most for 10
     * seconds. Calls that wait, of any thread, end with {@link ClosedException}. May be called twice.
     *
     * <p>After a write that failed when a part of its bytes had gone this is {@link #abort}.
     */
    @Override
    public void close() {
        wire.end(CloseMode.GRACEFUL, CLOSE_BOUND);
    }

    /**
     * As {@link #close}, but waits until it is done.
     *
     * @param bound how long the peer may take, more than zero
     * @return {@link Status#OK}: the peer ended its side too, or cannot be heard after {@link
     *     #closeRead}; DEADLINE: it did not in time, and the
     *     connection was ended all the same; RESET and the like: it was lost; CLOSED_LOCALLY: it was
     *     being closed before; or how a write failed half way, for which the connection was reset
     * @throws NetException the thread was interrupted; the close goes on
     * @throws IllegalArgumentException if the bound is not more than zero; nothing was done then
     */
    public Status closeGracefully(Duration bound) throws NetException {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException(
                    "graceful close within " + bound + ": use more than zero, or abort()");
        }
        CompletableFuture<Status> done = wire.close(CloseMode.GRACEFUL, bound);
        return done == null ? Status.CLOSED_LOCALLY : Futures.await(wire.describe("close"), done);
    }

    /**
     * Ends the connection with a reset, without waiting: the peer gets an error and no end of stream,
     * and bytes on the way may be lost. Nothing stays in TIME_WAIT.
     */
    public void abort() {
        wire.end(CloseMode.ABORT, CLOSE_BOUND);
    }

    /**
     * Whether it was not closed on this side.
     *
     * @return says nothing about the peer
     */
    public boolean isOpen() {
        return wire.isOpen();
    }

    // ---- about it ----------------------------------------------------------------------------

    /**
     * The address on this side.
     *
     * @return known also after the end
     */
    public Address localAddress() {
        return wire.local();
    }

    /**
     * The address of the peer.
     *
     * @return known also after the end
     */
    public Address remoteAddress() {
        return wire.remote();
    }

    /**
     * What the system knows of the connection now: round-trip time, retransmits, queues.
     *
     * @return a snapshot
     * @throws NetException UNSUPPORTED on a Unix socket, or the connection is closed
     */
    public TcpInfo tcpInfo() throws NetException {
        return wire.ask("TCP_INFO of", wire.socket::tcpInfo);
    }

    /**
     * Changes a setting of the socket.
     *
     * @param option which
     * @param value its new value
     * @param <T> the type of its value
     * @throws NetException UNSUPPORTED, INVALID, or the connection is closed
     */
    public <T> void set(SockOpt<T> option, T value) throws NetException {
        wire.ask("set " + option + " of", () -> wire.socket.set(option, value));
    }

    /**
     * Reads a setting of the socket.
     *
     * @param option which
     * @param <T> the type of its value
     * @return what the system says
     * @throws NetException UNSUPPORTED, or the connection is closed
     */
    public <T> T get(SockOpt<T> option) throws NetException {
        return wire.ask("get " + option + " of", () -> wire.socket.get(option));
    }

    /** What it stands on. */
    ConnectionState wire() {
        return wire;
    }

    @Override
    public String toString() {
        return "connection " + wire.route();
    }
}
