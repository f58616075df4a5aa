package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.CallKind;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortOwner;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.UseCount;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One port above its backend. It makes the parts and connects them; each part knows only those below
 * it:
 *
 * <pre>
 *   Engine, PortEnd                                        the port
 *   WaitLoop (BlockingWaiter), EventDispatcher             one poll: wait, then deliver
 *   CloseSequence, SocketCloser (CloseThreads)             sockets that close
 *   Requests (SocketRules, Shutdowns)                      start, cancel, end
 *   BufferWaiters, StarvedAccepts, Tasks                   what waits for something else
 *   EventQueue (PortCounters), Deadlines                   events, counts and time
 * </pre>
 *
 * <p>The owner's thread makes every call, except those of {@link #tasks}, {@link #offThreadCalls} and
 * {@link #closeDetached}.
 */
public final class Engine {
    private final PortSettings settings;
    private final int maxOperations;
    private final PortOwner owner = new PortOwner();
    private final Arena arena = Arena.ofShared();
    private final BufferPool pool;
    private final Requests requests;
    private final Backend backend;
    private final SocketCalls sockets;
    private final Deadlines deadlines = new Deadlines();
    private final Tasks tasks;
    private final SocketCloser closer;
    private final CloseSequence closing;
    private final WaitLoop waits;
    private final EventDispatcher dispatcher;
    private final OffThreadCalls offThreadCalls;
    private final PortCounters counters;

    /**
     * Opens a port.
     *
     * @throws NativeFailure if the backend does not work here, or its pool finds no memory
     */
    public Engine(BackendFactory factory, PortSettings settings) throws NativeFailure {
        this.settings = settings;
        this.maxOperations = settings.maxOperations();
        EventQueue events = new EventQueue();
        counters = events.counters;
        try {
            pool = PoolMemory.allocate(factory, settings, arena);
            requests =
                    new Requests(
                            factory, settings, owner, pool, events, deadlines, new Closings());
        } catch (NativeFailure | RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
        backend = requests.backend;
        sockets = backend.sockets();
        tasks = new Tasks(backend, settings.maxTasks());
        closer = new SocketCloser(backend, requests, tasks);
        closing = new CloseSequence(requests, deadlines, closer);
        waits = new WaitLoop(backend, events, deadlines, tasks, owner, settings.spins());
        dispatcher = new EventDispatcher(
                requests, events, deadlines, closer, settings.maxEventsPerPoll());
        offThreadCalls = new OffThreadCalls(backend);
    }

    /** Passes the ends of requests on to the close sequence, which is made after the requests. */
    private final class Closings implements Requests.ClosingSockets {
        @Override
        public boolean hurry(Request close, Outcome reason) {
            return closing.hurry(close, reason);
        }

        @Override
        public void ended(
                Channel channel,
                OperationQueue queue,
                Request request,
                Outcome outcome,
                long result) {
            closing.ended(channel, queue, request, outcome, result);
        }
    }

    // ---- the parts ---------------------------------------------------------------------------

    /** Returns the name of the backend: epoll, io_uring or iocp. */
    public String backendName() {
        return backend.name();
    }

    /** Returns what the backend can do and another one cannot. Any thread may call. */
    public Set<Capability> capabilities() {
        return backend.capabilities();
    }

    public PortSettings settings() {
        return settings;
    }

    /** Returns what is known of the owner, to be completed before the port's first use. */
    public PortOwner owner() {
        return owner;
    }

    public Arena arena() {
        return arena;
    }

    public BufferPool pool() {
        return pool;
    }

    public Tasks tasks() {
        return tasks;
    }

    /** Returns the calls that end at once. */
    public SocketCalls sockets() {
        return sockets;
    }

    /** Returns the calls for threads that do not own the port. */
    public OffThreadCalls offThreadCalls() {
        return offThreadCalls;
    }

    /** Returns what the port has done. Any thread may call. */
    public PortCounters counters() {
        return counters;
    }

    /** Returns how many system calls of a kind were made on the sockets. Any thread may call. */
    public long systemCalls(CallKind kind) {
        long made = sockets.count(kind);
        return kind == CallKind.TRY ? made + offThreadCalls.tries() : made;
    }

    /** Returns why the kernel cannot be asked for events any more, or null. */
    public @Nullable WaitFailure failure() {
        return waits.failure();
    }

    // ---- requests ----------------------------------------------------------------------------

    /** Takes an IDLE request whose fields were checked. A refused request leaves no trace. */
    public Submission submit(Request request) {
        if (waits.failure() != null && !requests.isRefusing()) {
            return Submission.PORT_FAILED;
        }
        Channel channel = request.channel;
        if (requests.isRefusing()) {
            return Submission.PORT_CLOSED;
        }
        if (channel != null && !channel.isOpen()) {
            return Submission.SOCKET_CLOSED;
        }
        if (request.kind == RequestKind.CONNECT && request.channel().connectFailed) {
            return Submission.SOCKET_SPENT;
        }
        boolean mayTakeReserve = request.kind == RequestKind.CLOSE;
        boolean full = !mayTakeReserve && requests.slots.count() >= maxOperations;
        if (full || !requests.claim(request)) {
            return Submission.NO_SLOT;
        }
        start(request);
        return Submission.ACCEPTED;
    }

    /** Brings a request that has a slot to the part that carries it out. */
    private void start(Request request) {
        if (request.deadlineNanos() != Request.NO_DEADLINE) {
            deadlines.add(request);
        }
        switch (request.kind) {
            case DELAY -> {
                // It waits in the heap of deadlines, nowhere else.
            }
            case CLOSE -> closing.begin(request.channel(), request);
            default -> requests.enqueue(request.channel(), request);
        }
    }

    /** Asks for the end of one request; returns false if it has ended already. */
    public boolean cancel(Request target) {
        return requests.cancel(target, Outcome.CANCELLED);
    }

    /** Asks for the end of every request of a socket; returns how many were pending. */
    public int cancelAll(Channel channel) {
        if (channel.state == Channel.State.CLOSED) {
            return 0;
        }
        return requests.cancelAll(channel, OperationQueue.RECEIVES, Outcome.CANCELLED)
                + requests.cancelAll(channel, OperationQueue.SENDS, Outcome.CANCELLED)
                + requests.cancelAll(channel, OperationQueue.POLLS, Outcome.CANCELLED);
    }

    /** Moves the deadline of a request, which may be pending. */
    public void reschedule(Request request, long deadlineNanos) {
        deadlines.reschedule(request, deadlineNanos);
    }

    /** Returns true if a request is in flight at this port, not at another. */
    public boolean holds(Request request) {
        int slot = request.slot;
        return slot >= 0 && slot < requests.slots.end() && requests.slots.at(slot) == request;
    }

    public int pendingOperations() {
        return requests.slots.count();
    }

    // ---- sockets -----------------------------------------------------------------------------

    public int openSockets() {
        return requests.channels.count();
    }

    public boolean hasRoomForSocket() {
        return !requests.channels.isFull();
    }

    /** Returns every socket on which no close was submitted. */
    public List<Channel> openChannels() {
        return IntStream.range(0, requests.channels.end()).mapToObj(requests.channels::at)
                .filter(channel -> channel != null && channel.isOpen()).toList();
    }

    /** Opens a socket of this port, which must have room for it. */
    public Channel open(int family, boolean stream) throws NativeFailure {
        Channel channel = sockets.open(family, stream);
        requests.channels.add(channel);
        return channel;
    }

    /** Opens a Unix socket of this port that carries records; there must be room for it. */
    public Channel openRecords() throws NativeFailure {
        Channel channel = sockets.openRecords();
        requests.channels.add(channel);
        return channel;
    }

    /** Takes over a socket that belongs to no port; there must be room for it. */
    public Channel attach(Channel detached) throws NativeFailure {
        Channel channel = sockets.openDetached(detached);
        channel.continueFrom(detached);
        requests.channels.add(channel);
        return channel;
    }

    /** Takes over a socket that something else opened; there must be room for it. */
    public Channel adopt(long handle) throws NativeFailure {
        Channel channel = backend.adopt(handle);
        requests.channels.add(channel);
        return channel;
    }

    /** Returns the socket of this port that has the descriptor, or null. */
    public @Nullable Channel find(long handle) {
        return requests.channels.withHandle(handle);
    }

    /** Returns the kinds of the requests of a socket whose terminal event was not delivered. */
    public List<RequestKind> pendingOf(Channel channel) {
        return requests.slots.ofChannel(channel).stream().map(request -> request.kind).toList();
    }

    /** Removes a socket on which nothing is pending; its descriptor stays open. */
    public Channel detach(Channel channel) throws NativeFailure {
        backend.beforeDetach(channel);
        UseCount.close(channel);
        Channel detached = sockets.openDetached(channel);
        detached.continueFrom(channel);
        channel.handle = -1;
        channel.state = Channel.State.CLOSED;
        requests.removeChannel(channel);
        return detached;
    }

    public void listen(Channel channel, int backlog) throws NativeFailure {
        sockets.listen(channel, backlog);
        channel.state = Channel.State.LISTENING;
    }

    /** Accepts a waiting connection, for which there must be room, or returns null. */
    public @Nullable Channel tryAccept(Channel listener) throws NativeFailure {
        Channel accepted = sockets.tryAccept(listener);
        if (accepted != null) {
            SocketRules.inherit(accepted, listener);
            requests.channels.add(accepted);
        }
        return accepted;
    }

    /** Closes a socket on which nothing was submitted. */
    public void discard(Channel channel) {
        closer.discard(channel);
        requests.removeChannel(channel);
    }

    /** Closes an accepted socket that belongs to no port. Any thread may call. */
    public void closeDetached(Channel channel) {
        closer.closeDetached(channel);
    }

    /** Closes a descriptor that belongs to no channel. Any thread may call. */
    public void closeDescriptor(long handle) {
        sockets.closeBlocking(handle);
    }

    // ---- polls -------------------------------------------------------------------------------

    /**
     * Begins one poll: runs tasks, then fetches events of the kernel, and waits for them unless
     * something can be delivered now.
     *
     * @param timeoutNanos 0 not at all, negative without end
     */
    public void beginPoll(long timeoutNanos) {
        counters.beginPoll();
        boolean ran = tasks.runAll();
        BufferWaiters waiters = requests.bufferWaiters();
        if (waiters != null) {
            resumeBeforeWait(waiters);
        }
        counters.endHandling();
        waits.await(ran ? 0 : timeoutNanos);
        counters.beginHandling();
        if (waiters != null) {
            waiters.noteFetch();
        }
        tasks.runAll();
        dispatcher.beginPoll();
    }

    /** Starts receives that wait for a buffer, until none is left, or only such as they take. */
    private void resumeBeforeWait(BufferWaiters waiters) {
        while (waiters.hasBuffer()) {
            requests.resumeBufferWaiters();
            // A kernel that takes the buffers by itself does so now, unless there are no bytes.
            waits.look();
            waiters.noteFetch();
            if (backend.hasReadyWork()) {
                return;
            }
        }
    }

    /** Returns the next event of this poll, loaded into its request, or null if the poll is over. */
    public @Nullable Request nextEvent() {
        return dispatcher.next();
    }

    /** Returns the steps by which the port ends. */
    public PortEnd end() {
        return new PortEnd(requests, tasks, waits, dispatcher, closer, arena);
    }
}
