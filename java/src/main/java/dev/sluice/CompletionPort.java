package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.Submission;
import dev.sluice.internal.engine.Tasks;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Carries out operations on sockets and delivers their completions, on epoll, io_uring or IOCP alike.
 *
 * <p><b>Threads.</b> A port belongs to one thread, its owner: the one that opened it, or the one it
 * was {@linkplain #handOver handed over} to before its first use. The owner submits and polls. Other
 * threads may call only {@link #wakeup}, {@link #execute} and {@link #backend}. More cores: more ports.
 *
 * <p><b>Events.</b> Every accepted submission gets exactly one terminal event, always from {@link
 * #poll} or {@link #close} and never from inside {@link #submit}.
 *
 * <p><b>Memory.</b> Until an operation's terminal event the kernel owns its buffer, and the kernel
 * does not respect {@code Arena.close}. So buffers come from {@link #allocate}, from the port's pool,
 * or from the global arena; the port frees its memory only when the kernel has given all of it back.
 */
public final class CompletionPort implements AutoCloseable {
    /** A poll that ends only with an event, a task or a wake-up. */
    public static final long FOREVER = -1;

    private final Engine engine;
    private final Backend backend;
    final AddressCache addresses = new AddressCache();
    private Thread owner = Thread.currentThread();
    final Unclaimed unclaimed = new Unclaimed();
    final ReleasedBuffers released;
    private boolean used;
    private boolean delivering;
    private boolean closeAsked;
    private final Leaks.Life life = Leaks.begin(Leaks.Kind.COMPLETION_PORT, this);

    private CompletionPort(Engine engine, Backend backend) {
        this.engine = engine;
        this.backend = backend;
        this.released = new ReleasedBuffers(engine.pool().count());
    }

    /**
     * Opens a port with {@link PortOptions#DEFAULT}.
     *
     * @return a port that belongs to the calling thread
     * @throws SystemCallException if no backend works here; the message has the cause of each
     */
    public static CompletionPort open() throws SystemCallException {
        return open(PortOptions.DEFAULT);
    }

    /**
     * Opens a port.
     *
     * @param options limits and choices
     * @return a port that belongs to the calling thread
     * @throws SystemCallException UNSUPPORTED if the backend that was asked for, or every one, does not
     *     work here, with the cause; OUT_OF_DESCRIPTORS or OUT_OF_MEMORY if the system has none left
     */
    public static CompletionPort open(PortOptions options) throws SystemCallException {
        String wanted = options.backend().map(Backend::toString).orElse("");
        try {
            var opened = Backends.open(wanted, options.settings());
            try {
                return new CompletionPort(
                        new Engine(opened, options.settings()), Backend.named(opened.name()));
            } catch (NativeFailure | RuntimeException | Error failure) {
                opened.close();
                throw failure;
            }
        } catch (NativeFailure failure) {
            throw Refusals.of("open port", failure);
        }
    }

    /**
     * The backend that the port stands on.
     *
     * @return epoll, io_uring or iocp
     */
    public Backend backend() {
        return backend;
    }

    /**
     * Makes another thread the owner, before the first use, to which a kernel may bind the port.
     *
     * @param thread the new owner, which may be a virtual one
     * @throws IllegalStateException if something was submitted or polled
     */
    public void handOver(Thread thread) {
        requireOwner("hand over the port");
        if (used) {
            throw Refusals.ofUsed(owner);
        }
        owner = Objects.requireNonNull(thread, "thread");
    }

    /**
     * As {@link #handOver(Thread)}, to a virtual thread that always runs on the same thread of the
     * system, which it keeps while it waits and to which a kernel may bind the port.
     *
     * @param thread the new owner
     * @param carrier the only one that ever carries it; not a virtual one
     */
    public void handOver(Thread thread, Thread carrier) {
        Refusals.ofCarrier(thread, carrier);
        handOver(thread);
        engine.ownerStaysOnOneThread();
    }

    /**
     * Makes a socket, neither bound nor connected.
     *
     * @param type what it shall speak
     * @return an open socket
     * @throws SystemCallException OUT_OF_DESCRIPTORS, UNSUPPORTED and the like
     * @throws LimitExceededException if the port has as many sockets as it may
     */
    public NativeSocket socket(SocketType type) throws SystemCallException {
        requireOwner("open a socket");
        requireOpen();
        requireRoomForSocket();
        try {
            return new NativeSocket(this, engine.open(type.family, type.stream));
        } catch (NativeFailure failure) {
            throw Refusals.of(type.toString(), failure);
        }
    }

    /**
     * Makes a stream socket that takes connections, with the system's longest backlog. It may bind to
     * an address whose old connections are in TIME_WAIT.
     *
     * @param address where; port 0 lets the system choose one, see {@link NativeSocket#localAddress}
     * @return a listening socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     */
    public NativeSocket listen(Address address) throws SystemCallException {
        return listen(address, 4096);
    }

    /**
     * As {@link #listen(Address)}, with a backlog.
     *
     * @param address where; port 0 lets the system choose one
     * @param backlog how many connections may wait to be accepted
     * @return a listening socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     */
    public NativeSocket listen(Address address, int backlog) throws SystemCallException {
        NativeSocket.checkBacklog(backlog);
        NativeSocket socket = socket(SocketType.streamFor(address));
        try {
            if (!address.isUnix() && backend != Backend.IOCP) {
                socket.set(SockOpt.REUSEADDR, true);
            }
            return socket.bind(address).listen(backlog);
        } catch (SystemCallException failure) {
            engine.discard(socket.channel);
            throw failure;
        }
    }

    /**
     * Makes a datagram socket that receives at an address.
     *
     * @param address where; port 0 lets the system choose one
     * @return a bound socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     */
    public NativeSocket datagrams(Address address) throws SystemCallException {
        NativeSocket socket = socket(SocketType.datagramFor(address));
        try {
            return socket.bind(address);
        } catch (SystemCallException failure) {
            engine.discard(socket.channel);
            throw failure;
        }
    }

    /**
     * Takes over a connection that another port accepted.
     *
     * @param detached from {@link Accept#takeDetached}
     * @return a connected socket of this port
     * @throws SystemCallException if the system refuses it; the connection is closed then
     * @throws LimitExceededException if the port has as many sockets as it may
     */
    public NativeSocket attach(DetachedSocket detached) throws SystemCallException {
        requireOwner("attach a socket");
        requireOpen();
        requireRoomForSocket();
        Channel from = detached.take();
        try {
            Channel channel = engine.attach(from.handle, from.family, from.stream);
            channel.lingerSeconds = from.lingerSeconds;
            return new NativeSocket(this, channel);
        } catch (NativeFailure failure) {
            engine.backend().closeDetached(from);
            throw Refusals.of("attach", failure);
        }
    }

    /**
     * The sockets on which no close was submitted, listeners among them.
     *
     * @return a list of its own, in no order
     */
    public List<NativeSocket> sockets() {
        requireOwner("list the sockets");
        return engine.openChannels().stream().map(this::socketOf).toList();
    }

    // ---- memory ------------------------------------------------------------------------------

    /**
     * Memory for buffers, zeroed, freed when the port has closed. Meant to be asked for once and used
     * again, not per message.
     *
     * @param bytes more than zero
     * @return native memory aligned to 64 bytes
     */
    public MemorySegment allocate(long bytes) {
        requireOpen();
        if (bytes <= 0) {
            throw new IllegalArgumentException("allocate " + bytes + " bytes: use 1 or more");
        }
        return engine.arena().allocate(bytes, 64);
    }

    /**
     * Takes a buffer from the port's pool, for sending.
     *
     * @return to be released in the end, or null when all are taken
     */
    public @Nullable PooledBuffer takeBuffer() {
        requireOwner("take a buffer");
        requireOpen();
        return PooledBuffer.takenFrom(engine.pool(), this);
    }

    /**
     * Buffers of the pool that nobody holds.
     *
     * @return 0 to {@link PortOptions#poolBuffers()}
     */
    public int availableBuffers() {
        return engine.pool().available();
    }

    // ---- operations --------------------------------------------------------------------------

    /**
     * Begins an operation. Its events come from {@link #poll}, never from here.
     *
     * @param operation not pending, on a socket of this port
     * @throws IllegalStateException if it is pending, its socket or the port is closed, or its
     *     buffer is missing or released; nothing is retained then
     * @throws PortFailedException if the port has failed
     * @throws LimitExceededException if as many operations are in flight as may be
     * @throws WrongThreadException on another thread than the owner
     */
    public void submit(Operation<?> operation) {
        requireOwner("submit");
        operation.requireIdle("submit");
        Refusals.ofAnotherPort(this, operation, "submit");
        operation.check();
        used = true;
        operation.prepare();
        Submission submission = engine.submit(operation.request);
        if (submission != Submission.ACCEPTED) {
            throw Refusals.of(submission, operation, engine.settings());
        }
    }

    /**
     * Asks that a pending operation end soon; its own event tells how it ended. As a {@link Cancel},
     * but without an event of its own.
     *
     * @param operation pending, or not
     * @return false if it was not pending, or its event is on the way already
     */
    public boolean cancel(Operation<?> operation) {
        requireOwner("cancel");
        Refusals.ofAnotherPort(this, operation, "cancel");
        return engine.cancel(operation.request);
    }

    /**
     * Moves the deadline of one submission, which may be pending; a later submission starts again
     * from {@link Operation#timeout}. What had its deadline already ends all the same.
     *
     * @param operation of a socket of this port, or a delay
     * @param deadlineNanos by {@link System#nanoTime}, any number: a smaller one has passed already;
     *     {@link Long#MAX_VALUE} for none, with which a delay lasts until it is cancelled
     */
    public void moveDeadline(Operation<?> operation, long deadlineNanos) {
        requireOwner("move a deadline");
        Refusals.ofAnotherPort(this, operation, "move the deadline of");
        engine.reschedule(operation.request, deadlineNanos);
    }

    /**
     * Operations in flight, their events not yet delivered.
     *
     * @return 0 or more
     */
    public int pendingOperations() {
        return engine.pendingOperations();
    }

    // ---- polling -----------------------------------------------------------------------------

    /**
     * Delivers events to the handlers of their operations; waits for the first if there is none.
     *
     * <p>An interrupt of the owner, before or during the wait, does not end it, and the flag stays
     * set. Other threads end a wait by {@link #wakeup} or {@link #execute}.
     *
     * @param timeoutNanos how long to wait at the most: 0 not at all, {@link #FOREVER} or any
     *     other negative number without end
     * @return events delivered; 0 after a time-out, a task or a wake-up
     * @throws IllegalStateException if the port is closed, or from within a handler
     * @throws PortFailedException if the kernel keeps refusing to wait: close the port
     * @throws WrongThreadException on another thread than the owner
     */
    public int poll(long timeoutNanos) {
        return poll(null, timeoutNanos);
    }

    /**
     * As {@link #poll(long)}.
     *
     * @param timeout how long to wait at the most, zero or more
     * @return events delivered; 0 after a time-out, a task or a wake-up
     */
    public int poll(Duration timeout) {
        return poll(null, Refusals.pollNanos(timeout));
    }

    /**
     * Delivers events: to the handler of each operation that has one, else to the one given here.
     *
     * @param handler receives the events of operations without a handler of their own; if null, those
     *     events are dropped and only the operation's status tells
     * @param timeoutNanos how long to wait at the most: 0 not at all, {@link #FOREVER} or any
     *     other negative number without end
     * @return events delivered; 0 after a time-out, a task or a wake-up
     */
    public int poll(
            @Nullable CompletionHandler<? super Operation<?>> handler, long timeoutNanos) {
        requireOwner("poll", "only its owner polls; others use wakeup() and execute()");
        requireOpen();
        if (delivering) {
            throw new IllegalStateException("poll from within a handler: return from it instead");
        }
        used = true;
        delivering = true;
        int count = 0;
        try {
            engine.beginPoll(timeoutNanos);
            Request request = closeAsked ? null : engine.nextEvent();
            while (request != null) {
                count++;
                Operation.of(request).deliver(handler);
                request = closeAsked ? null : engine.nextEvent();
            }
        } catch (RuntimeException | Error failure) {
            delivering = false;
            if (closeAsked) {
                Failures failures = new Failures();
                failures.add(failure);
                end(failures);
            }
            if (failure instanceof WaitFailure lasting) {
                throw Refusals.ofFailed(lasting);
            }
            throw failure;
        }
        delivering = false;
        if (closeAsked) {
            close();
        }
        return count;
    }

    /** Ends the owner's present or next wait in {@link #poll}. Any thread may call. */
    public void wakeup() {
        engine.tasks().wakeup();
    }

    /**
     * Runs a task on the port's thread, from within {@link #poll}. Any thread may call. A task that
     * was accepted runs, at the latest when the port closes.
     *
     * @param task must not block
     * @throws RejectedExecutionException if the port is closed, or as many tasks wait as may
     */
    public void execute(Runnable task) {
        Tasks.Offer offer = engine.tasks().offer(Objects.requireNonNull(task, "task"));
        if (offer != Tasks.Offer.ACCEPTED) {
            throw Refusals.ofTask(offer, engine.tasks().limit());
        }
    }

    /**
     * Closes the port: cancels every operation, delivers the terminal event of each to its handler,
     * gives every socket back (a stream with an unfinished send by a reset), and frees the memory
     * when the kernel has given it back. From within a handler or task the port closes as soon as
     * that returns. May be called twice.
     *
     * @throws WrongThreadException on another thread than the owner; use {@code
     *     port.execute(port::close)} there
     */
    @Override
    public void close() {
        if (life.isOver()) {
            return;
        }
        requireOwner("close the port", "use port.execute(port::close)");
        closeAsked = delivering;
        if (!delivering) {
            Failures failures = new Failures();
            end(failures);
            failures.throwIfAny();
        }
    }

    private void end(Failures failures) {
        life.end();
        PortClose.run(engine, unclaimed, failures);
    }

    // ---- for the package ---------------------------------------------------------------------

    Engine engine() {
        return engine;
    }

    MemorySegment.Scope memoryScope() {
        return engine.arena().scope();
    }

    NativeSocket socketOf(Channel channel) {
        Object owner = channel.owner;
        return owner instanceof NativeSocket known ? known : new NativeSocket(this, channel);
    }

    NativeSocket adopt(Channel accepted) {
        engine.adopt(accepted);
        accepted.state = Channel.State.CONNECTED;
        return new NativeSocket(this, accepted);
    }

    void requireRoomForSocket() {
        if (!engine.canAdopt()) {
            throw Refusals.ofSocket(engine.settings().maxSockets());
        }
    }

    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    void requireOwner(String action) {
        requireOwner(action, "use port.execute()");
    }

    private void requireOwner(String action, String remedy) {
        if (!isOwner()) {
            throw Refusals.ofAnotherThread(action, owner, remedy);
        }
    }

    private void requireOpen() {
        if (life.isOver()) {
            throw new IllegalStateException("the port is closed");
        }
    }

    @Override
    public String toString() {
        return backend + " port, " + engine.pendingOperations() + " operations in flight";
    }
}
