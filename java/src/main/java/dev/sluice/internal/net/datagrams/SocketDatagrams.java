package dev.sluice.internal.net.datagrams;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.DatagramSource;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.EventRecorder;
import dev.sluice.internal.net.Futures;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.net.names.UnixFile;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.PortSocket;
import dev.sluice.net.Datagram;
import dev.sluice.net.NetException;
import dev.sluice.net.SocketControl;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket of a port. The sending or receiving thread makes the system call itself, unless it
 * is known to block; then it parks until the port reports the socket as ready.
 */
public final class SocketDatagrams extends PortSocket {
    private static final long UNIX_RETRY_NANOS = 1_000_000;

    /** UDP_MAX_SEGMENTS before Linux 6.10. */
    private static final int MOST_SEGMENTS = 64;

    /** The most bytes of a datagram over IPv4, and of all segments of one call. */
    private static final int MOST_BYTES = 65_507;

    private final Address local;
    private final @Nullable UnixFile file;
    private final DatagramSource source = new DatagramSource();
    private final ReentrantLock sending = new ReentrantLock();

    /** The only accepted source, once {@link #connect} has ended; as the kernel names it. */
    private volatile @Nullable Address peer;

    /** False once the system was found to have no segmentation. Guarded by {@link #sending}. */
    private boolean segmentsSends = true;

    /** Why the port no longer reports datagrams. */
    private volatile @Nullable Status unwatched;

    private SocketDatagrams(Poller poller, NativeSocket socket, Address local) {
        super(poller, socket, new ReadyWaiter(true), new ReadyWaiter(true));
        this.local = local;
        this.file = UnixFile.boundTo(local);
    }

    // ---- opening -------------------------------------------------------------------------------

    /**
     * Binds a socket; port 0 lets the kernel choose one.
     *
     * @param control sets options before the bind
     */
    public static SocketDatagrams bind(Poller poller, Address address, SocketControl control)
            throws NetException {
        String operation = "bind " + address;
        CompletableFuture<SocketDatagrams> bound = new CompletableFuture<>();
        if (!poller.execute(() -> bind(poller, address, control, bound))) {
            throw poller.closed(operation);
        }
        try {
            return Futures.awaitClosing(operation, bound, SocketDatagrams::close);
        } catch (NetException failure) {
            throw UnixFile.explain(failure, address);
        }
    }

    private static void bind(
            Poller poller, Address address, SocketControl control,
            CompletableFuture<SocketDatagrams> bound) {
        String operation = "bind " + address;
        if (poller.isStopping()) {
            bound.completeExceptionally(poller.closed(operation));
            return;
        }
        try {
            NativeSocket socket = poller.port().socket(SocketType.datagramFor(address));
            try {
                control.configure(socket);
                Address local = socket.bind(address).localAddress();
                SocketDatagrams datagrams = new SocketDatagrams(poller, socket, local);
                datagrams.watch();
                EventRecorder.datagramsOpened(local);
                bound.complete(datagrams);
            } catch (SystemCallException | RuntimeException | Error failure) {
                poller.port().submit(Close.immediate(socket));
                throw failure;
            }
        } catch (SystemCallException failure) {
            bound.completeExceptionally(NetErrors.of(operation, failure));
        } catch (LimitExceededException exhausted) {
            bound.completeExceptionally(NetErrors.of(operation, exhausted));
        } catch (RuntimeException | Error failure) {
            // Thrown by the user's SocketControl: the caller gets it, the port continues.
            bound.completeExceptionally(failure);
        }
    }

    /** On the port's thread: begins to watch for datagrams, if the port reports edges. */
    private void watch() {
        if (poller.reportsEdges()) {
            // Weakly, so that the port does not keep a dropped socket's object reachable.
            WeakReference<SocketDatagrams> watched = new WeakReference<>(this);
            poller.port().submit(Readiness.readable(socket).multishot().onCompletion(edge -> {
                SocketDatagrams present = watched.get();
                if (present != null) {
                    present.changed(edge);
                }
            }));
        }
    }

    private void changed(Readiness edge) {
        if (!edge.isOk() && edge.status() == Status.CLOSED_LOCALLY) {
            closeWithPort();
        } else if (!edge.isOk()) {
            unwatched = edge.status();
        }
        reading.signal();
    }

    /** Accepts datagrams of this peer alone from now on; see connect(2). */
    public void connect(Address to) throws NetException {
        CompletableFuture<Address> connected = new CompletableFuture<>();
        if (!isOpen() || !poller.execute(() -> submitConnect(to, connected))) {
            throw closed("connect");
        }
        try {
            Address named = Futures.await(describe("connect"), connected);
            assert named != null : "connected without a peer";
        } catch (NetException failure) {
            throw UnixFile.explain(failure, to);
        }
    }

    private void submitConnect(Address to, CompletableFuture<Address> connected) {
        String operation = describe("connect");
        if (!socket.isOpen()) {
            connected.completeExceptionally(NetErrors.of(operation, Status.CLOSED_LOCALLY, 0));
            return;
        }
        try {
            poller.port().submit(new Connect(socket, to)
                    .onCompletion(event -> connected(event, operation, connected)));
        } catch (LimitExceededException exhausted) {
            connected.completeExceptionally(NetErrors.of(operation, exhausted));
        } catch (RuntimeException | Error failure) {
            connected.completeExceptionally(failure);
            throw failure;
        }
    }

    private void connected(Connect event, String operation, CompletableFuture<Address> done) {
        if (!event.isOk()) {
            done.completeExceptionally(
                    NetErrors.of(operation, event.status(), event.nativeCode()));
            return;
        }
        try {
            Address named = socket.peerAddress();
            peer = named; // Before the caller continues: from now on others are ignored.
            done.complete(named);
        } catch (SystemCallException failure) {
            done.completeExceptionally(NetErrors.of(operation, failure));
        }
    }

    // ---- receiving -----------------------------------------------------------------------------

    /** Waits for a datagram. */
    public Datagram receive(byte[] into) throws NetException {
        if (!reading.tryAcquire()) {
            throw new IllegalStateException("cannot receive on " + this
                    + ": another thread is receiving");
        }
        try {
            check(reading, "receive");
            requireWatched("receive");
            while (true) {
                if (reading.isReady()) {
                    poller.countCall(reading);
                } else {
                    await(reading, "receive", poller.reportsEdges());
                }
                Datagram received = tryReceive(into);
                if (received != null) {
                    return received;
                }
            }
        } finally {
            reading.release();
        }
    }

    private @Nullable Datagram tryReceive(byte[] into) throws NetException {
        int before = reading.signals();
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.first(Math.min(into.length, Scratch.BYTES));
            long length = socket.tryReceiveFrom(memory, source);
            if (length == NativeSocket.WOULD_BLOCK) {
                reading.drained(before);
                return null;
            }
            Address only = peer;
            if (only != null && !only.equals(source.address())) {
                return null; // It arrived before the connect.
            }
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, 0, (int) length);
            return new Datagram((int) length, source.address(), source.isTruncated(),
                    source.segmentBytes());
        } catch (SystemCallException failure) {
            throw failure.status() == Status.CLOSED_LOCALLY
                    ? closed("receive")
                    : NetErrors.of(describe("receive"), failure);
        } finally {
            scratch.release();
        }
    }

    /** Lets a receive return several datagrams; returns false where the system cannot. */
    public boolean coalesce() throws NetException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        if (!isOpen() || !poller.execute(() -> coalesce(done))) {
            throw closed("coalesce");
        }
        return Boolean.TRUE.equals(Futures.await(describe("coalesce"), done));
    }

    private void coalesce(CompletableFuture<Boolean> done) {
        if (!socket.isOpen()) {
            done.completeExceptionally(
                    NetErrors.of(describe("coalesce"), Status.CLOSED_LOCALLY, 0));
            return;
        }
        try {
            socket.set(SockOpt.UDP_GRO, true);
            done.complete(true);
        } catch (SystemCallException failure) {
            if (failure.status() == Status.UNSUPPORTED) {
                done.complete(false);
            } else {
                done.completeExceptionally(NetErrors.of(describe("coalesce"), failure));
            }
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
            throw failure;
        }
    }

    // ---- sending -------------------------------------------------------------------------------

    /** Sends a datagram to an address, or to the connected peer if that is null. */
    public void send(byte[] from, int offset, int length, @Nullable Address to)
            throws NetException {
        if (length > Scratch.BYTES) {
            throw NetErrors.of(describe(sendTo(to)), Status.MESSAGE_TOO_BIG, 0);
        }
        lockSending(to);
        try {
            check(writing, "send");
            requireWatched("send");
            poller.countCall(writing);
            sendOne(from, offset, length, to);
        } finally {
            sending.unlock();
        }
    }

    private void sendOne(byte[] from, int offset, int length, @Nullable Address to)
            throws NetException {
        while (!trySend(from, offset, length, to, 0)) {
            awaitRoom();
        }
    }

    /** Sends datagrams of one size to an address, or to the connected peer if that is null. */
    public void sendSegments(
            byte[] from, int offset, int length, int segmentBytes, @Nullable Address to)
            throws NetException {
        if (segmentBytes < 1 || segmentBytes > MOST_BYTES) {
            throw new IllegalArgumentException("cannot send segments of " + segmentBytes
                    + " bytes on " + this + ": use 1 to " + MOST_BYTES);
        }
        int inOneCall = Math.min(MOST_SEGMENTS, MOST_BYTES / segmentBytes) * segmentBytes;
        lockSending(to);
        try {
            check(writing, "send");
            requireWatched("send");
            int sent = 0;
            do {
                int count = Math.min(length - sent, inOneCall);
                poller.countCall(writing);
                sendGroup(from, offset + sent, count, segmentBytes, to);
                sent += count;
            } while (sent < length);
        } finally {
            sending.unlock();
        }
    }

    /** Sends what one call takes; where the system has no segmentation, each datagram by itself. */
    private void sendGroup(
            byte[] from, int offset, int length, int segmentBytes, @Nullable Address to)
            throws NetException {
        Address destination = to == null ? peer : to;
        boolean segmented = length > segmentBytes && segmentsSends && destination != null
                && !local.isUnix();
        if (segmented) {
            try {
                while (!trySend(from, offset, length, destination, segmentBytes)) {
                    awaitRoom();
                }
                return;
            } catch (NetException failure) {
                if (failure.status() != Status.UNSUPPORTED) {
                    throw failure;
                }
            }
        }
        int end = offset + length;
        int at = offset;
        do {
            int count = Math.min(end - at, segmentBytes);
            sendOne(from, at, count, to);
            at += count;
        } while (at < end);
        // The address, and not the size, would be unsupported if these had failed as well.
        segmentsSends = segmentsSends && !segmented;
    }

    /** Waits for an earlier sender; fails if the thread is interrupted meanwhile. */
    private void lockSending(@Nullable Address to) throws NetException {
        if (!sending.tryLock()) {
            try {
                sending.lockInterruptibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw NetErrors.of(describe(sendTo(to)), Status.CANCELLED, 0);
            }
        }
    }

    private boolean trySend(
            byte[] from, int offset, int length, @Nullable Address to, int segmentBytes)
            throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.first(length);
            MemorySegment.copy(from, offset, memory, ValueLayout.JAVA_BYTE, 0, length);
            long sent = to == null
                    ? socket.trySend(memory)
                    : socket.trySendTo(memory, to, segmentBytes);
            return sent != NativeSocket.WOULD_BLOCK;
        } catch (SystemCallException failure) {
            NetException exception = NetErrors.of(describe(sendTo(to)), failure);
            throw to == null ? exception : UnixFile.explain(exception, to);
        } finally {
            scratch.release();
        }
    }

    private static String sendTo(@Nullable Address to) {
        return to == null ? "send" : "send to " + to;
    }

    /** Sockets are rarely full, so room is asked for each time, and no edges of it are reported. */
    private void awaitRoom() throws NetException {
        if (local.isUnix()) {
            // An unconnected Unix socket counts as writable however full the receiver is.
            check(writing, "send");
            LockSupport.parkNanos(this, UNIX_RETRY_NANOS);
        } else {
            writing.drained(writing.signals());
            await(writing, "send", false);
        }
    }

    // ---- waiting -------------------------------------------------------------------------------

    @Override
    public boolean park(ReadyWaiter side, String operation) throws NetException {
        requireWatched(operation);
        return super.park(side, operation);
    }

    private void requireWatched(String operation) throws NetException {
        Status reason = unwatched;
        if (reason != null) {
            throw NetErrors.of(describe(operation), reason, 0);
        }
    }

    /** Sets the deadline of receives; null removes it. */
    public void receiveDeadline(@Nullable Duration fromNow) {
        reading.deadline(fromNow);
    }

    // ---- close ---------------------------------------------------------------------------------

    /** Returns the address on this side. */
    public Address local() {
        return local;
    }

    /** Closes the socket and waits until its descriptor is released; may be called twice. */
    public void close() {
        if (file != null) {
            file.delete(); // While the socket is open no other file has its inode.
        }
        if (beginClose()) {
            EventRecorder.datagramsClosed(local);
            reading.wake();
            writing.wake();
            CompletableFuture<Status> released = new CompletableFuture<>();
            if (poller.execute(() -> closeSocket(released))) {
                released.join();
            }
        }
    }

    private void closeSocket(CompletableFuture<Status> released) {
        endTimers();
        if (!socket.isOpen()) {
            released.complete(Status.OK);
            return;
        }
        try {
            poller.port().submit(
                    Close.immediate(socket).onCompletion(done -> released.complete(Status.OK)));
        } catch (RuntimeException | Error failure) {
            released.complete(Status.UNKNOWN);
            throw failure;
        }
    }

    /** Returns the name in a report of a dropped socket; null if it was closed. */
    public @Nullable String openName() {
        return isOpen() && !poller.isStopping() ? local.toString() : null;
    }

    @Override
    public String toString() {
        return "datagrams at " + local;
    }

    @Override
    public String describe(String operation) {
        return operation + (local.isUnix() ? " " : " udp ") + local;
    }
}
