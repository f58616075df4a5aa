package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Operation;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketType;
import dev.sluice.Status;
import java.io.Closeable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * A datagram socket: UDP over IPv4 or IPv6, or a Unix one.
 *
 * <p>One thread may receive while others send; a second receiver at the same time is refused with
 * {@link IllegalStateException}. {@link #close} of any thread ends calls that wait. A datagram is
 * never lost by a deadline or an interrupt that meets it: then the receive succeeds.
 */
public final class Datagrams implements Closeable {
    private final Poller poller;
    private final Socket socket;
    private final Address local;
    private final DatagramReceiver receiver;
    private final DatagramSender sender;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean receiving = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();

    /**
     * A datagram that was received.
     *
     * @param length bytes of it that are in the buffer
     * @param source who sent it
     * @param truncated whether it was longer than the buffer; the rest is lost
     */
    public record Datagram(int length, Address source, boolean truncated) {}

    private Datagrams(Poller poller, Socket socket, Address local) {
        this.poller = poller;
        this.socket = socket;
        this.local = local;
        this.receiver = new DatagramReceiver(poller.port(), socket);
        this.sender = new DatagramSender(poller.port(), socket);
    }

    /**
     * A socket on the shared ports that receives at an address.
     *
     * @param address as of {@link Listener#open(String)}; port 0 or none means a free one
     * @return to be closed by the caller
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like
     */
    public static Datagrams bind(String address) throws NetException {
        return bind(Endpoint.parse(address).toListen(), PortGroup.shared());
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
            throw NetException.of(what, Status.CLOSED_LOCALLY, 0);
        }
        return Replies.await(what, bound);
    }

    private static void bind(
            Poller poller, Address address, CompletableFuture<Datagrams> bound) {
        try {
            Socket socket = poller.port().socket(SocketType.datagramFor(address));
            try {
                Address local = socket.bind(address).localAddress();
                bound.complete(new Datagrams(poller, socket, local));
            } catch (SocketException | RuntimeException failure) {
                poller.port().submit(Close.immediate(socket));
                throw failure;
            }
        } catch (SocketException failure) {
            bound.completeExceptionally(NetException.of("bind " + address, failure));
        } catch (RuntimeException failure) {
            bound.completeExceptionally(failure);
        }
    }

    /**
     * Fixes the peer: others are not heard, {@link #send(byte[], int, int)} goes to it, and when it
     * does not listen a receive may say REFUSED.
     *
     * @param peer of the socket's family
     * @throws NetException UNREACHABLE and the like
     */
    public void connect(Address peer) throws NetException {
        this.<Status>ask("connect",
                (port, done) -> port.submit(new Connect(socket, peer).onCompletion(event -> {
                    if (event.isOk()) {
                        done.complete(Status.OK);
                    } else {
                        fail("connect", event, done);
                    }
                })));
    }

    /**
     * Waits for a datagram.
     *
     * @param into gets its first bytes
     * @return its length, source, and whether it was cut
     * @throws NetException the deadline passed, the socket was closed, the thread was interrupted, or
     *     REFUSED of a connected peer
     */
    public Datagram receive(byte[] into) throws NetException {
        if (!receiving.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "cannot receive on " + this + ": another thread is receiving");
        }
        try {
            return ask("receive", (port, done) -> receiver.begin(into, done, this::fail));
        } finally {
            receiving.set(false);
        }
    }

    /**
     * Sends a datagram.
     *
     * @param from its bytes, at most 65,507 over IPv4
     * @param offset first byte
     * @param length number of bytes, 0 for an empty datagram
     * @param to of the socket's family
     * @throws NetException MESSAGE_TOO_BIG, UNREACHABLE and the like, or as of {@link #receive}
     */
    public void send(byte[] from, int offset, int length, Address to) throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        sending.lock();
        try {
            this.<Status>ask("send to " + to,
                    (port, done) -> sender.sendTo(from, offset, length, to, done, this::fail));
        } finally {
            sending.unlock();
        }
    }

    /**
     * Sends a datagram to the peer of {@link #connect}.
     *
     * @param from its bytes
     * @param offset first byte
     * @param length number of bytes, 0 for an empty datagram
     * @throws NetException NOT_CONNECTED, REFUSED and the like, or as of {@link #receive}
     */
    public void send(byte[] from, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        sending.lock();
        try {
            this.<Status>ask("send",
                    (port, done) -> sender.send(from, offset, length, done, this::fail));
        } finally {
            sending.unlock();
        }
    }

    /**
     * Sets the time until which receives may wait, also that of one that waits now.
     *
     * @param fromNow from now on; zero or less has passed already
     */
    public void receiveDeadline(Duration fromNow) {
        long nanoTime = System.nanoTime() + fromNow.toNanos();
        if (!poller.execute(() -> receiver.deadline(nanoTime))) {
            closed.set(true);
        }
    }

    /** Lets receives wait without end, as at the beginning. */
    public void clearDeadline() {
        if (!poller.execute(receiver::noDeadline)) {
            closed.set(true);
        }
    }

    /**
     * The address on this side.
     *
     * @return known also after the end
     */
    public Address localAddress() {
        return local;
    }

    /** Closes the socket; calls that wait end with {@link ClosedException}. May be called twice. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            CompletableFuture<Status> given = new CompletableFuture<>();
            if (poller.execute(() -> giveBack(given))) {
                given.join();
            }
        }
    }

    private void giveBack(CompletableFuture<Status> given) {
        if (socket.isOpen()) {
            poller.port().submit(
                    Close.immediate(socket).onCompletion(done -> given.complete(Status.OK)));
        } else {
            given.complete(Status.OK);
        }
    }

    // ---- asking the port's thread ----------------------------------------------------------------

    /** Asks, and waits; an interrupt cancels what is under way, and then its end is waited for. */
    private <T> T ask(String what, BiConsumer<CompletionPort, CompletableFuture<T>> question)
            throws NetException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean asked = !closed.get() && poller.execute(() -> {
            if (socket.isOpen()) {
                question.accept(poller.port(), answer);
            } else {
                answer.completeExceptionally(
                        NetException.of(describe(what), Status.CLOSED_LOCALLY, 0));
            }
        });
        if (!asked) {
            throw NetException.of(describe(what), Status.CLOSED_LOCALLY, 0);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException first) {
                    interrupted = true;
                    if (!poller.execute(receiver::cancel)) {
                        throw NetException.of(describe(what), Status.CLOSED_LOCALLY, 0);
                    }
                }
            }
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NetException known) {
                throw known;
            }
            throw new IllegalStateException(describe(what), failure.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fail(String what, Operation<?> event, CompletableFuture<?> done) {
        fail(what, event.status(), event.nativeCode(), done);
    }

    private void fail(String what, Status status, int nativeCode, CompletableFuture<?> done) {
        done.completeExceptionally(NetException.of(describe(what), status, nativeCode));
    }

    private String describe(String what) {
        return what + (local.isUnix() ? " " : " udp ") + local;
    }

    /** Told of a failure by the port's thread. */
    @FunctionalInterface
    interface Failure {
        void tell(String what, Status status, int nativeCode, CompletableFuture<?> done);
    }

    @Override
    public String toString() {
        return "datagrams at " + local;
    }
}
