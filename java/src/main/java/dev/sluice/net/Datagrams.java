package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.DatagramSource;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Poll;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.leaks.Leaks;
import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket: UDP over IPv4 or IPv6, or a Unix one.
 *
 * <p>One thread may receive while others send; a second receiver at the same time is refused with
 * {@link IllegalStateException}. {@link #close} of any thread ends calls that wait. Deadlines and
 * interrupts never lose a datagram: the receive that they meet succeeds, or the next one does.
 *
 * <p>The thread that sends or receives makes the system call itself, when it may do something;
 * otherwise it parks until the port's thread has seen that it may.
 */
public final class Datagrams implements Closeable {
    private static final long PAUSE_NANOS = 1_000_000;

    private final Poller poller;
    private final NativeSocket socket;
    private final Address local;
    private final @Nullable UnixFile file;
    private final ReadyWaiter in = new ReadyWaiter(true);
    private final ReadyWaiter out = new ReadyWaiter(true);
    private final DatagramSource source = new DatagramSource();
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Questions for readiness, made when first asked; of the port's thread. */
    private @Nullable Poll readable;

    private @Nullable Poll writable;

    /** Who alone is heard, once {@link #connect} has ended. */
    private volatile @Nullable Address peer;

    /** Why the port cannot tell of datagrams. */
    private volatile @Nullable Status unwatched;

    /**
     * A datagram that was received.
     *
     * @param length bytes of it that are in the buffer
     * @param source who sent it
     * @param truncated whether it was longer than the buffer; the rest is lost
     */
    public record Datagram(int length, Address source, boolean truncated) {}

    private Datagrams(Poller poller, NativeSocket socket, Address local) {
        this.poller = poller;
        this.socket = socket;
        this.local = local;
        this.file = UnixFile.boundTo(local);
    }

    /**
     * A socket on the shared ports that receives at an address.
     *
     * @param address as of {@link Listener#open(String)}; port 0 or none means a free one
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like
     */
    public static Datagrams bind(String address) throws NetException {
        return HostPort.parse(address)
                .open(Resolver.SYSTEM, at -> bind(at, PortGroup.shared()));
    }

    /**
     * A socket that receives at an address or name.
     *
     * @param address as of {@link #bind(String)}
     * @param group open for as long as the socket is
     * @param resolver finds the address of a name
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     */
    public static Datagrams bind(String address, PortGroup group, Resolver resolver)
            throws NetException {
        return HostPort.parse(address).open(resolver, at -> bind(at, group));
    }

    /**
     * A socket that receives at an address.
     *
     * @param address port 0 lets the system choose one
     * @param group open for as long as the socket is
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like
     */
    public static Datagrams bind(Address address, PortGroup group) throws NetException {
        Poller poller = group.next();
        String what = "bind " + address;
        CompletableFuture<Datagrams> bound = new CompletableFuture<>();
        if (!poller.execute(() -> bind(poller, address, bound))) {
            throw poller.closed(what);
        }
        try {
            Datagrams datagrams = Futures.await(what, bound, Datagrams::close);
            AtomicBoolean over = datagrams.closed;
            String name = datagrams.local.toString();
            Leaks.watch(Leaks.Kind.DATAGRAMS, datagrams,
                    () -> over.get() || poller.isStopping() ? null : name);
            return datagrams;
        } catch (NetException failure) {
            throw UnixFile.explain(failure, address);
        }
    }

    private static void bind(
            Poller poller, Address address, CompletableFuture<Datagrams> bound) {
        if (poller.isStopping()) {
            bound.completeExceptionally(
                    poller.closed("bind " + address));
            return;
        }
        try {
            NativeSocket socket = poller.port().socket(SocketType.datagramFor(address));
            try {
                Address local = socket.bind(address).localAddress();
                Datagrams datagrams = new Datagrams(poller, socket, local);
                datagrams.watch();
                bound.complete(datagrams);
            } catch (SystemCallException | RuntimeException | Error failure) {
                poller.port().submit(Close.immediate(socket));
                throw failure;
            }
        } catch (SystemCallException failure) {
            bound.completeExceptionally(NetException.of("bind " + address, failure));
        } catch (LimitExceededException refused) {
            bound.completeExceptionally(NetException.of("bind " + address, refused));
        } catch (RuntimeException | Error failure) {
            bound.completeExceptionally(failure);
        }
    }

    /**
     * Fixes the peer. Datagrams of others are ignored, also those sent before the connect. {@link
     * #send(byte[], int, int)} goes to the peer. A receive may fail with REFUSED if it does not
     * listen.
     *
     * @param peer of the socket's family; an IPv6 socket also takes an IPv4 peer
     * @throws NetException UNREACHABLE and the like
     */
    public void connect(Address peer) throws NetException {
        CompletableFuture<Status> done = new CompletableFuture<>();
        String what = describe("connect");
        DatagramConnect connect = new DatagramConnect(
                poller, socket, peer, what, named -> this.peer = named, done);
        boolean asked = !closed.get() && poller.execute(connect::submit);
        if (!asked) {
            throw poller.closed(what);
        }
        try {
            Status connected = Futures.await(what, done);
            assert connected == Status.OK : connected;
        } catch (NetException failure) {
            throw UnixFile.explain(failure, peer);
        }
    }

    // ---- receiving -----------------------------------------------------------------------------

    /**
     * Waits for a datagram.
     *
     * @param into gets its first bytes, at most 65,536
     * @return its length, source, and whether it was cut
     * @throws NetException the deadline passed, the socket was closed, the thread was interrupted, or
     *     REFUSED of a connected peer
     */
    public Datagram receive(byte[] into) throws NetException {
        if (!in.begin()) {
            throw new IllegalStateException(
                    "cannot receive on " + this + ": another thread is receiving");
        }
        try {
            check(in, "receive");
            while (true) {
                if (!in.isReady()) {
                    await(in, "receive");
                }
                Datagram received = tryReceive(into);
                if (received != null) {
                    return received;
                }
            }
        } finally {
            in.end();
        }
    }

    private @Nullable Datagram tryReceive(byte[] into) throws NetException {
        int before = in.signals();
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.first(Math.min(into.length, Scratch.BYTES));
            long length = socket.tryReceiveFrom(memory, source);
            if (length == NativeSocket.WOULD_BLOCK) {
                in.usedUp(before);
                return null;
            }
            Address heard = peer;
            if (heard != null && !heard.equals(source.address())) {
                return null; // it came before the connect
            }
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, 0, (int) length);
            return new Datagram((int) length, source.address(), source.isTruncated());
        } catch (SystemCallException failure) {
            throw failed(describe("receive"), failure);
        } finally {
            scratch.giveBack();
        }
    }

    // ---- sending -------------------------------------------------------------------------------

    /**
     * Sends a datagram.
     *
     * @param from its bytes, at most 65,507 over IPv4
     * @param offset first byte
     * @param length number of bytes, 0 for an empty datagram
     * @param to of the socket's family; an IPv6 socket also sends to an IPv4 address
     * @throws NetException MESSAGE_TOO_BIG, UNREACHABLE and the like; or the socket was closed, or the
     *     thread was interrupted
     */
    public void send(byte[] from, int offset, int length, Address to) throws NetException {
        transmit(from, offset, length, to);
    }

    /**
     * Sends a datagram to the peer of {@link #connect}.
     *
     * @param from its bytes
     * @param offset first byte
     * @param length number of bytes, 0 for an empty datagram
     * @throws NetException NOT_CONNECTED, REFUSED and the like, or as of {@link
     *     #send(byte[], int, int, Address)}
     */
    public void send(byte[] from, int offset, int length) throws NetException {
        transmit(from, offset, length, null);
    }

    private void transmit(byte[] from, int offset, int length, @Nullable Address to)
            throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length > Scratch.BYTES) {
            throw NetException.of(describe(sendTo(to)), Status.MESSAGE_TOO_BIG, 0);
        }
        beginSend(to);
        try {
            check(out, "send");
            while (!trySend(from, offset, length, to)) {
                awaitRoom();
            }
        } finally {
            sending.unlock();
        }
    }

    /** Waits for the sender before; the interrupt of this thread ends that too. */
    private void beginSend(@Nullable Address to) throws NetException {
        if (!sending.tryLock()) {
            try {
                sending.lockInterruptibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw NetException.of(describe(sendTo(to)), Status.CANCELLED, 0);
            }
        }
    }

    private boolean trySend(byte[] from, int offset, int length, @Nullable Address to)
            throws NetException {
        Scratch scratch = Scratch.borrow();
        try {
            MemorySegment memory = scratch.first(length);
            MemorySegment.copy(from, offset, memory, ValueLayout.JAVA_BYTE, 0, length);
            long sent = to == null ? socket.trySend(memory) : socket.trySendTo(memory, to);
            return sent != NativeSocket.WOULD_BLOCK;
        } catch (SystemCallException failure) {
            NetException told = NetException.of(describe(sendTo(to)), failure);
            throw to == null ? told : UnixFile.explain(told, to);
        } finally {
            scratch.giveBack();
        }
    }

    /** What the core refused; after the end of the socket with the cause of that. */
    private NetException failed(String what, SystemCallException failure) {
        return failure.status() == Status.CLOSED_LOCALLY
                ? poller.closed(what)
                : NetException.of(what, failure);
    }

    private static String sendTo(@Nullable Address to) {
        return to == null ? "send" : "send to " + to;
    }

    // ---- waiting -------------------------------------------------------------------------------

    /** On the port's thread: the socket is watched for datagrams from now on, where that is known. */
    private void watch() {
        if (poller.tellsEdges()) {
            // Weakly: the port must not keep alive what its user has dropped.
            WeakReference<Datagrams> watched = new WeakReference<>(this);
            poller.port().submit(Poll.readable(socket).multishot().onCompletion(edge -> {
                Datagrams present = watched.get();
                if (present != null) {
                    present.changed(edge);
                }
            }));
        }
    }

    private void changed(Poll edge) {
        if (!edge.isOk() && edge.status() == Status.CLOSED_LOCALLY) {
            closed.set(true); // with the port, if it was not before
        } else if (!edge.isOk()) {
            unwatched = edge.status();
        }
        in.signal();
    }

    @SuppressWarnings("ReferenceEquality") // There are two directions, each itself and no other.
    private Poll question(ReadyWaiter side) {
        if (side == in) {
            readable = ReadinessRequest.readable(readable, socket, side);
            return readable;
        }
        writable = ReadinessRequest.writable(writable, socket, side);
        return writable;
    }

    @SuppressWarnings("ReferenceEquality") // There are two directions, each itself and no other.
    private void await(ReadyWaiter side, String what) throws NetException {
        ReadinessRequest question = null;
        if (side != in || !poller.tellsEdges()) {
            question = ReadinessRequest.ask(poller, socket, side, () -> question(side));
            if (question == null) {
                throw poller.closed(describe(what));
            }
        }
        side.waitedForByThisThread();
        while (!side.isReady()) {
            LimitExceededException refused = ReadinessRequest.refusalOf(question);
            if (refused != null) {
                throw NetException.of(describe(what), refused);
            }
            long left = check(side, what);
            if (left == ReadyWaiter.NO_DEADLINE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    /** Room is rarely missing, so it is asked for each time, and sending costs no edges otherwise. */
    private void awaitRoom() throws NetException {
        if (local.isUnix()) {
            // Without a peer of its own such a socket counts as writable however full the receiver.
            check(out, "send");
            LockSupport.parkNanos(this, PAUSE_NANOS);
        } else {
            out.usedUp(out.signals());
            await(out, "send");
        }
    }

    /** Nanoseconds until a deadline ends the call; throws if something has ended it already. */
    private long check(ReadyWaiter side, String what) throws NetException {
        if (closed.get() || poller.isStopping()) {
            // A thread whose calls never wait may keep the carrier that the end of the port needs.
            throw poller.closed(describe(what));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw NetException.of(describe(what), Status.CANCELLED, 0);
        }
        Status blind = unwatched;
        if (blind != null) {
            throw NetException.of(describe(what), blind, 0);
        }
        long deadline = side.deadlineNanos;
        if (deadline == ReadyWaiter.NO_DEADLINE) {
            return deadline;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw NetException.of(describe(what), Status.DEADLINE, 0);
        }
        return left;
    }

    /**
     * Sets the time until which receives may wait, also that of one that waits now.
     *
     * @param fromNow from now on; zero or less has passed already
     */
    public void receiveDeadline(Duration fromNow) {
        in.deadline(fromNow);
    }

    /** Lets receives wait without end, as at the beginning. */
    public void clearDeadline() {
        in.deadline(null);
    }

    // ---- about it, and its end -----------------------------------------------------------------

    /**
     * The address on this side.
     *
     * @return known also after the end
     */
    public Address localAddress() {
        return local;
    }

    /**
     * Closes the socket; calls that wait end with {@link ClosedException}. The file of a Unix socket is
     * deleted, unless another socket was bound there since. May be called twice.
     */
    @Override
    public void close() {
        if (file != null) {
            file.delete(); // while the socket is open no other file can have its inode
        }
        if (closed.compareAndSet(false, true)) {
            in.wake();
            out.wake();
            CompletableFuture<Status> given = new CompletableFuture<>();
            if (poller.execute(() -> giveBack(given))) {
                given.join();
            }
        }
    }

    private void giveBack(CompletableFuture<Status> given) {
        if (!socket.isOpen()) {
            given.complete(Status.OK);
            return;
        }
        try {
            poller.port().submit(
                    Close.immediate(socket).onCompletion(done -> given.complete(Status.OK)));
        } catch (RuntimeException | Error failure) {
            given.complete(Status.UNKNOWN);
            throw failure;
        }
    }

    private String describe(String what) {
        return what + (local.isUnix() ? " " : " udp ") + local;
    }

    @Override
    public String toString() {
        return "datagrams at " + local;
    }
}
