package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.Submission;
import dev.sluice.internal.engine.Tasks;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Carries out operations on sockets and delivers their events, on epoll, io_uring or IOCP.
 *
 * <p><b>Threads.</b> A port belongs to one thread, its owner: the thread that opened it, or the one
 * to which it was {@linkplain #handOver handed over}. The owner submits and polls. Other threads may
 * call {@link #wakeup}, {@link #execute}, {@link #backend} and {@link #statistics} only. To use more
 * processors, open more ports.
 *
 * <p><b>Events.</b> Every accepted submission gets exactly one terminal event. Events come from
 * {@link #poll} or {@link #close}, never from inside {@link #submit}.
 *
 * <p><b>Memory.</b> The kernel owns an operation's buffer until the terminal event, and {@code
 * Arena.close} does not stop it. So a buffer comes from {@link #allocate}, from the port's pool, or
 * from the global arena; memory of any other arena is refused. The port frees its memory only when
 * the kernel has returned all of it.
 */
public final class CompletionPort implements AutoCloseable {
    /** A time-out for {@link #poll(long)} that never passes. */
    public static final long FOREVER = -1;

    private static final int LONGEST_BACKLOG = 4096;

    static {
        PortAccess.provide(new NetAccess());
    }

    private final Engine engine;
    private final Backend backend;
    private final EventLoop loop;
    private final PortMemories memories;
    final AddressCache addresses = new AddressCache();
    final UntakenAccepts untakenAccepts = new UntakenAccepts();
    final ReleasedBuffers released;
    final String name = OpenPorts.newName();
    Thread owner = Thread.currentThread();
    private boolean used;
    final Leaks.Life life = Leaks.begin(Leaks.Kind.COMPLETION_PORT, this);

    private CompletionPort(Engine engine, Backend backend) {
        this.engine = engine;
        this.backend = backend;
        this.loop = new EventLoop(this, engine);
        this.memories = new PortMemories(this, engine);
        this.released = new ReleasedBuffers(engine.pool().count());
    }

    /**
     * Opens a port with {@link PortOptions#DEFAULT}.
     *
     * @return a port that the calling thread owns
     * @throws SystemCallException if no backend works here; the message names the cause for each
     */
    public static CompletionPort open() throws SystemCallException {
        return open(PortOptions.DEFAULT);
    }

    /**
     * Opens a port.
     *
     * @param options limits, backend and wait strategy
     * @return a port that the calling thread owns
     * @throws SystemCallException UNSUPPORTED with the cause if the requested backend, or every backend,
     *     does not work here; OUT_OF_DESCRIPTORS or OUT_OF_MEMORY if the operating system has none
     *     left
     */
    public static CompletionPort open(PortOptions options) throws SystemCallException {
        String wanted = options.backend().map(Backend::toString).orElse("");
        try {
            Engine engine = new Engine(Backends.factory(wanted), options.settings());
            return OpenPorts.add(
                    new CompletionPort(engine, Backend.named(engine.backendName())), options);
        } catch (NativeFailure failure) {
            throw Errors.of("open port", failure);
        }
    }

    /**
     * Returns the backend of the port. Any thread may call.
     *
     * @return epoll, io_uring or iocp
     */
    public Backend backend() {
        return backend;
    }

    /**
     * Returns what the port holds and has done. Any thread may call, also once the port is closed. From
     * the first call on the port measures times, which takes it a few looks at the clock each poll.
     *
     * @return sizes, counts and times
     */
    public PortStatistics statistics() {
        return PortStatistics.of(this);
    }

    /**
     * Makes another thread the owner. Must precede the first submit and the first poll, since a
     * kernel may bind the port to the first thread that uses it.
     *
     * @param thread the new owner, a platform or a virtual thread
     * @throws IllegalStateException if something was submitted or polled
     * @throws WrongThreadException on another thread than the owner
     */
    public void handOver(Thread thread) {
        requireOwner("hand over the port");
        if (used) {
            throw Errors.ofUsedPort(owner);
        }
        owner = Objects.requireNonNull(thread, "thread");
    }

    // ---- sockets -----------------------------------------------------------------------------

    /**
     * Opens a socket that is neither bound nor connected.
     *
     * @param type transport and address family
     * @return an open socket of this port
     * @throws SystemCallException OUT_OF_DESCRIPTORS, UNSUPPORTED and the like
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public NativeSocket socket(SocketType type) throws SystemCallException {
        return SocketOpening.open(this, type);
    }

    /**
     * Opens a stream socket that listens at an address, with the longest backlog that the kernel
     * grants. On Linux it may bind to an address whose old connections are in TIME_WAIT.
     *
     * @param address where to listen; port 0 lets the kernel choose a port, see {@link
     *     NativeSocket#localAddress}
     * @return a listening socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public NativeSocket listen(Address address) throws SystemCallException {
        return listen(address, LONGEST_BACKLOG);
    }

    /**
     * Opens a stream socket that listens at an address.
     *
     * @param address where to listen; port 0 lets the kernel choose a port
     * @param backlog connections that may wait to be accepted, 1 or more
     * @return a listening socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public NativeSocket listen(Address address, int backlog) throws SystemCallException {
        return SocketOpening.listen(this, address, backlog);
    }

    /**
     * Opens a datagram socket that receives at an address.
     *
     * @param address where to receive; port 0 lets the kernel choose a port
     * @return a bound socket
     * @throws SystemCallException ADDRESS_IN_USE, PERMISSION and the like
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public NativeSocket datagrams(Address address) throws SystemCallException {
        return SocketOpening.datagrams(this, address);
    }

    /**
     * Adds a socket that belongs to no port, such as a connection that another port accepted.
     *
     * @param detached from {@link Accept#takeDetached} or {@link NativeSocket#detach}
     * @return a socket of this port
     * @throws SystemCallException if the kernel refuses it; the socket is closed then
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open; it stays
     *     detached then
     */
    public NativeSocket attach(DetachedSocket detached) throws SystemCallException {
        return SocketOpening.attach(this, detached);
    }

    /**
     * Takes over a socket of TCP, UDP or Unix that something else opened: one that was inherited ({@link
     * InheritedSocket}), or of another library. The kernel reports what it is and whether it listens. The
     * descriptor becomes non-blocking, also for other processes that have the socket, and close-on-exec.
     *
     * <p>If the call succeeds, the port owns and closes the descriptor; if it fails, the caller
     * keeps it. Nothing else may use or close the number. Other processes may have descriptors of
     * the same socket. The kernel ends a connection or a listener when its last descriptor is
     * closed. {@link Close#graceful} and {@link Shutdown} call shutdown(2), which ends the
     * connection for every process. After {@link Close#abort} the reset goes out when the last
     * descriptor is closed.
     *
     * @param descriptor the number on Linux; the SOCKET on Windows, which is bound to this port for life
     * @return a socket of this port, LISTENING, CONNECTED or OPEN
     * @throws SystemCallException INVALID if the number is not open or not a socket; UNSUPPORTED
     *     for an unsupported kind, which the message names, or on Windows if it is bound to another
     *     port
     * @throws IllegalArgumentException if it is the descriptor of a socket of this port
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public NativeSocket adopt(long descriptor) throws SystemCallException {
        return SocketOpening.adopt(this, descriptor);
    }

    /**
     * Returns the open sockets, listeners among them: those on which no {@link Close} was submitted.
     *
     * @return a new list, in no order
     */
    public List<NativeSocket> sockets() {
        requireOwner("list the sockets");
        return engine.openChannels().stream().map(open -> NativeSocket.of(this, open)).toList();
    }

    // ---- memory ------------------------------------------------------------------------------

    /**
     * Allocates memory for buffers. It is zeroed, aligned to 64 bytes, and lives until {@link
     * PortMemory#release} or until the port closes.
     *
     * <p>An allocation costs microseconds: allocate for a connection or for a port, and use the pool
     * for messages.
     *
     * @param bytes the size, more than zero
     * @return memory that the operations of this port take
     * @throws OutOfMemoryError if the operating system has no memory left
     */
    public PortMemory allocate(long bytes) {
        requireOwner("allocate memory");
        requireOpen();
        return memories.allocate(bytes);
    }

    /**
     * Takes a buffer from the port's pool, for sending.
     *
     * @return a buffer to {@linkplain PooledBuffer#release release} later, or null if none is free
     */
    public @Nullable PooledBuffer takeBuffer() {
        requireOwner("take a buffer");
        requireOpen();
        return PooledBuffer.takenFrom(engine.pool(), this);
    }

    /**
     * Returns the number of free buffers in the pool.
     *
     * @return 0 to {@link PortOptions#poolBuffers()}
     */
    public int availableBuffers() {
        return engine.pool().available();
    }

    // ---- operations --------------------------------------------------------------------------

    /**
     * Starts an operation. Its events come from {@link #poll}, never from here.
     *
     * @param operation on a socket of this port, and not pending
     * @throws IllegalStateException if the operation is pending, its socket or the port is closed,
     *     or its memory is missing or released; the port keeps nothing of the operation then
     * @throws PortFailedException if the port has failed
     * @throws LimitExceededException if {@link PortOptions#maxOperations()} operations are in flight
     * @throws WrongThreadException on another thread than the owner
     */
    public void submit(Operation<?> operation) {
        requireOwner("submit");
        operation.requireIdle("submit");
        operation.requirePort(this, "submit");
        operation.check();
        used = true;
        operation.prepare();
        operation.holdMemory();
        Submission submission = engine.submit(operation.request);
        if (submission != Submission.ACCEPTED) {
            operation.dropMemory();
            throw Errors.of(submission, operation, engine.settings());
        }
    }

    /**
     * Asks a pending operation to end soon. Its own terminal event reports how it ended: CANCELLED
     * if no byte had moved, else OK with the bytes that had. The socket stays usable.
     *
     * <p>Cancelling a graceful {@link Close} that waits for the peer resets the connection.
     *
     * @param operation of this port
     * @return false if the operation was not pending or its terminal event is queued already
     * @throws WrongThreadException on another thread than the owner
     */
    public boolean cancel(Operation<?> operation) {
        requireOwner("cancel");
        operation.requirePort(this, "cancel");
        return engine.cancel(operation.request);
    }

    /**
     * Asks every operation that is pending on a socket now to end soon, as {@link #cancel} does.
     *
     * @param socket of this port
     * @return the number of operations that were asked to end
     * @throws WrongThreadException on another thread than the owner
     */
    public int cancelAll(NativeSocket socket) {
        requireOwner("cancel");
        if (socket.port() != this) {
            throw Errors.ofAnotherPort("cancel the operations of " + socket);
        }
        return engine.cancelAll(socket.channel);
    }

    /**
     * Moves the deadline of the current submission of an operation, or of the next one if it is not
     * pending. Later submissions use {@link Operation#timeout} again. A deadline that has passed
     * already cannot be moved.
     *
     * @param operation of this port
     * @param deadlineNanos by {@link System#nanoTime}; any number is valid, a past one ends the
     *     operation at the next poll; {@link Long#MAX_VALUE} for no deadline, with which a timer runs
     *     until it is cancelled
     * @throws WrongThreadException on another thread than the owner
     */
    public void moveDeadline(Operation<?> operation, long deadlineNanos) {
        requireOwner("move a deadline");
        operation.requirePort(this, "move the deadline of");
        engine.reschedule(operation.request, deadlineNanos);
    }

    /**
     * Returns the number of operations in flight: those whose terminal event was not delivered.
     *
     * @return 0 or more
     */
    public int pendingOperations() {
        return engine.pendingOperations();
    }

    // ---- polling -----------------------------------------------------------------------------

    /**
     * Sets the handler of operations that have {@linkplain Operation#onCompletion none of their
     * own}. Without it such an operation's event only updates the operation.
     *
     * @param handler called on the owner's thread, from within {@link #poll} or {@link #close}
     */
    public void onCompletion(EventHandler<? super Operation<?>> handler) {
        requireOwner("set the handler");
        loop.handler(Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Delivers events to their handlers. Blocks until the first event if there is none.
     *
     * <p>An interrupt of the owner does not end the wait, and the interrupt flag stays set. Other
     * threads end the wait by {@link #wakeup} or {@link #execute}.
     *
     * @param timeoutNanos longest wait in nanoseconds: 0 returns at once, {@link #FOREVER} and every
     *     other negative number never time out
     * @return events delivered; 0 after a time-out, a task or a wake-up
     * @throws IllegalStateException if the port is closed, or from within a handler
     * @throws PortFailedException if the kernel keeps refusing to wait; close the port then
     * @throws WrongThreadException on another thread than the owner
     */
    public int poll(long timeoutNanos) {
        requireOwner("poll", "use wakeup() or execute()");
        requireOpen();
        used = true;
        return loop.poll(timeoutNanos);
    }

    /**
     * Delivers events as {@link #poll(long)} does.
     *
     * @param timeout longest wait, zero or more
     * @return events delivered; 0 after a time-out, a task or a wake-up
     */
    public int poll(Duration timeout) {
        return poll(Errors.pollNanos(timeout));
    }

    /** Ends the owner's present or next wait in {@link #poll}. Any thread may call. */
    public void wakeup() {
        engine.tasks().wakeup();
    }

    /**
     * Runs a task on the owner's thread, from within {@link #poll} or {@link #close}. Any thread may
     * call. Every task that was accepted runs.
     *
     * @param task must not block
     * @throws RejectedExecutionException if the port is closed, or {@link PortOptions#maxTasks()}
     *     tasks wait
     */
    public void execute(Runnable task) {
        Tasks.Offer offer = engine.tasks().offer(Objects.requireNonNull(task, "task"));
        if (offer != Tasks.Offer.ACCEPTED) {
            throw Errors.ofTask(offer, engine.tasks().limit());
        }
    }

    /**
     * Closes the port: cancels every operation, delivers their terminal events, closes every socket,
     * and frees the memory when the kernel has returned it. A stream with an unfinished send is
     * reset. From within a handler or a task, the port closes when that returns. Closing twice does
     * nothing.
     *
     * @throws WrongThreadException on another thread than the owner; call {@code
     *     port.execute(port::close)} there
     */
    @Override
    public void close() {
        if (life.isOver()) {
            return;
        }
        requireOwner("close the port", "use port.execute(port::close)");
        if (loop.mayClose()) {
            Failures failures = new Failures();
            end(failures);
            failures.throwIfAny();
        }
    }

    // ---- for the package ---------------------------------------------------------------------

    void end(Failures failures) {
        life.end();
        PortClose.run(this, loop, failures);
    }

    Engine engine() {
        return engine;
    }

    PortMemories memories() {
        return memories;
    }

    MemorySegment.Scope memoryScope() {
        return engine.arena().scope();
    }

    boolean has(Capability capability) {
        return engine.capabilities().contains(capability);
    }

    void requireRoomForSocket() {
        if (!engine.hasRoomForSocket()) {
            throw Errors.ofSockets(engine.settings().maxSockets());
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
            throw Errors.ofAnotherThread(action, owner, remedy);
        }
    }

    void requireOpen() {
        if (life.isOver()) {
            throw new IllegalStateException("the port is closed");
        }
    }

    @Override
    public String toString() {
        return backend + " port, " + engine.pendingOperations() + " operations in flight";
    }
}
