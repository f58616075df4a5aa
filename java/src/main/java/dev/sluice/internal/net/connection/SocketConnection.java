package dev.sluice.internal.net.connection;

import dev.sluice.Address;
import dev.sluice.CloseMode;
import dev.sluice.NativeFile;
import dev.sluice.NativeSocket;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.TcpInfo;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.net.DirectTransport;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.Futures;
import dev.sluice.internal.net.IdleCheck;
import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.Connection;
import dev.sluice.net.HeartbeatAction;
import dev.sluice.net.NetException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A connection over a socket of a port. */
public final class SocketConnection implements Connection, DirectTransport, IdleCheck {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private final ConnectionState state;
    private final ReadSide readSide;
    private final WriteSide writeSide;

    private SocketConnection(Poller poller, NativeSocket socket, Endpoints endpoints) {
        this.writeSide = new WriteSide();
        this.readSide = poller.receivesByCompletion()
                ? new AdaptiveReadSide(poller, socket, endpoints, writeSide)
                : new DirectReadSide(poller, socket, endpoints, writeSide);
        this.state = readSide.state;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Returns the connection of an accepted socket; the listener's address saves a system call. */
    public static SocketConnection accepted(Poller poller, NativeSocket socket, Address listening)
            throws SystemCallException {
        boolean known = listening.isUnix() || !listening.isAny();
        Address local = known ? listening : socket.localAddress();
        return open(poller, socket, new Endpoints(local, socket.peerAddress()));
    }

    /** Returns the connection of a socket that this side has connected. */
    public static SocketConnection dialled(Poller poller, NativeSocket socket, Address to)
            throws SystemCallException {
        return open(poller, socket, new Endpoints(socket.localAddress(), to));
    }

    private static SocketConnection open(
            Poller poller, NativeSocket socket, Endpoints endpoints) {
        SocketConnection connection = new SocketConnection(poller, socket, endpoints);
        connection.readSide.open();
        return connection;
    }

    // ---- for the net layer ---------------------------------------------------------------------

    /** Watches for a user that drops the connection without a close. */
    public SocketConnection watchedForLeaks() {
        state.leakWatch(Leaks.watch(Leaks.Kind.CONNECTION, this, state));
        return this;
    }

    /** Returns the state that it shares with its port. */
    public ConnectionState state() {
        return state;
    }

    /** Returns its port. */
    public Poller poller() {
        return state.poller;
    }

    /** Returns its addresses. */
    public Endpoints endpoints() {
        return state.endpoints();
    }

    /** From now on {@link #lastMovedNanos} is known. */
    public void recordActivity() {
        state.activity().beat();
    }

    /** Returns the {@link System#nanoTime} at which bytes moved last. */
    public long lastMovedNanos() {
        return state.activity().lastNanos();
    }

    /** Returns the memory of bytes that arrived and were not read, and of the copy of a write. */
    public int keptBytes() {
        int unread = readSide instanceof AdaptiveReadSide adaptive
                ? adaptive.received.unreadHeapBytes()
                : 0;
        return unread + writeSide.copiedBytes();
    }

    /** Begins a close; does nothing if one was begun before. */
    public void close(CloseMode mode, Duration bound) {
        CompletableFuture<Status> done = state.close(mode, bound, readSide::discard);
        assert done != null || !isOpen() : "neither closed nor closing";
    }

    /** Turns what is left of a graceful close into an abort. */
    public void endLingering() {
        state.endLingering();
    }

    /** Runs a task on any thread once the socket of a closing connection is released. */
    public void onceClosed(Runnable task) {
        CompletableFuture<Void> ran = state.whenClosed().thenRun(task);
        assert !ran.isCompletedExceptionally() : "the task failed";
    }

    // ---- reading -------------------------------------------------------------------------------

    @Override
    public int read(MemorySegment into) throws NetException {
        Scratch.requireWritable(into, this);
        beginRead();
        try {
            return readSide.receive(into);
        } finally {
            readSide.release();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, into.length);
        beginRead();
        try {
            return readSide.receive(into, offset, length);
        } finally {
            readSide.release();
        }
    }

    @Override
    public int read(Lender lender) throws NetException {
        beginRead();
        try {
            return readSide.receive(lender);
        } finally {
            readSide.release();
        }
    }

    @Override
    public long transferTo(Connection target) throws NetException {
        beginRead();
        try {
            return readSide.copyTo(target);
        } finally {
            readSide.release();
        }
    }

    private void beginRead() {
        if (!readSide.tryAcquire()) {
            throw new IllegalStateException(
                    "cannot read " + this + ": another thread is reading it");
        }
    }

    @Override
    public boolean isQuiet() {
        if (!state.isIntact() || writeSide.isClosed() || !readSide.tryAcquire()) {
            return false;
        }
        try {
            return readSide.isQuiet() && state.isIntact();
        } catch (NetException lost) {
            return false;
        } finally {
            readSide.release();
        }
    }

    @Override
    public void closeRead() throws NetException {
        readSide.beginReadShutdown();
        state.submit("close the reading side of", () -> Shutdown.receive(state.socket));
        readSide.readShutdown();
    }

    // ---- writing -------------------------------------------------------------------------------

    @Override
    public void write(MemorySegment from) throws NetException {
        write(from, from.byteSize());
    }

    @Override
    public void write(MemorySegment from, long length) throws NetException {
        writeSide.lock(state, "write");
        try {
            writeSide.send(state, from, length);
        } finally {
            writeSide.unlock();
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        writeSide.lock(state, "write");
        try {
            writeSide.send(state, from, offset, length);
        } finally {
            writeSide.unlock();
        }
    }

    @Override
    public long transferFrom(Path file, long position, long count) throws IOException {
        if (file.getFileSystem().equals(FileSystems.getDefault()) && position >= 0 && count >= 0) {
            try (NativeFile opened = NativeFile.open(file)) {
                return write(opened, position, count);
            } catch (NetException failure) {
                // Before the first byte: by this kernel, or of this file system.
                if (failure.status() != Status.UNSUPPORTED) {
                    throw failure;
                }
            }
        }
        return Connection.super.transferFrom(file, position, count);
    }

    private long write(NativeFile file, long position, long count) throws NetException {
        writeSide.lock(state, "write");
        try {
            return writeSide.send(state, file, position, count);
        } finally {
            writeSide.unlock();
        }
    }

    @Override
    public void write(ByteBuffer from) throws NetException {
        write(new ByteBuffer[]{from});
    }

    @Override
    public void write(ByteBuffer... from) throws NetException {
        writeSide.lock(state, "write");
        try {
            writeSide.send(state, from);
        } finally {
            writeSide.unlock();
        }
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        requireRange(file, position, count);
        writeSide.lock(state, "write");
        try {
            return writeSide.send(state, file, position, count);
        } finally {
            writeSide.unlock();
        }
    }

    private static void requireRange(Object file, long position, long count) {
        if (position < 0 || count < 0 || Long.MAX_VALUE - position < count) {
            throw new IllegalArgumentException("cannot send " + count + " bytes from position "
                    + position + " of " + file + ": use 0 or more for both");
        }
    }

    @Override
    public void closeWrite() throws NetException {
        writeSide.lock(state, "close the writing side of");
        try {
            writeSide.close(state, "close the writing side of");
        } finally {
            writeSide.unlock();
        }
    }

    // ---- time ----------------------------------------------------------------------------------

    @Override
    public void readDeadline(Duration fromNow) {
        state.reading.deadline(fromNow);
    }

    @Override
    public void writeDeadline(Duration fromNow) {
        state.writing.deadline(fromNow);
    }

    @Override
    public void clearDeadlines() {
        state.reading.deadline(null);
        state.writing.deadline(null);
    }

    @Override
    public void idleTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("idle timeout of " + timeout + ": use more than 0");
        }
        Activity activity = state.activity();
        activity.beat();
        activity.idleNanos(TimeUnit.NANOSECONDS.convert(timeout));
        state.wakeOthers();
    }

    @Override
    public void heartbeat(Duration interval, HeartbeatAction whenIdle) {
        Heartbeat.start(this, state, interval, whenIdle);
    }

    @Override
    public void beat() {
        state.activity().beat();
    }

    // ---- close ---------------------------------------------------------------------------------

    @Override
    public void close() {
        close(CloseMode.GRACEFUL, CLOSE_BOUND);
    }

    @Override
    public Status closeGracefully(Duration bound) throws NetException {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException(
                    "graceful close within " + bound + ": use more than zero, or abort()");
        }
        CompletableFuture<Status> done =
                state.close(CloseMode.GRACEFUL, bound, readSide::discard);
        return done == null
                ? Status.CLOSED_LOCALLY
                : Futures.await(state.describe("close"), done);
    }

    @Override
    public void abort() {
        close(CloseMode.ABORT, CLOSE_BOUND);
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    // ---- addresses and settings ----------------------------------------------------------------

    @Override
    public Address localAddress() {
        return state.local();
    }

    @Override
    public Address remoteAddress() {
        return state.remote();
    }

    @Override
    public TcpInfo tcpInfo() throws NetException {
        return state.call("TCP_INFO of", state.socket::tcpInfo);
    }

    @Override
    public <T> void set(SockOpt<T> option, T value) throws NetException {
        state.call("set " + option + " of", () -> state.socket.set(option, value));
    }

    @Override
    public <T> T get(SockOpt<T> option) throws NetException {
        return state.call("get " + option + " of", () -> state.socket.get(option));
    }

    @Override
    public String toString() {
        return "connection " + state.endpoints();
    }
}
