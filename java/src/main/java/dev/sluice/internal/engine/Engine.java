package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.UseCount;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the contract of one port above its backend: a request holds a slot from submission to the
 * delivery of its terminal event, waits its turn in its socket's queue, and ends exactly once.
 *
 * <p>All of it belongs to the owner's thread, but for {@link #tasks()}.
 */
public final class Engine implements Completions {
    private final Backend backend;
    private final PortSettings settings;
    private final Arena arena = Arena.ofShared();
    private final BufferPool pool;
    private final SlotTable slots;
    private final ChannelTable channels;
    private final EventQueue events = new EventQueue();
    private final Deadlines deadlines = new Deadlines(this);
    private final Tasks tasks;
    private final CloseSequence closing;
    private final Shutdowns shutdowns;
    private final StarvedAccepts starved;
    private final BufferWaiters bufferWaiters;
    private final Cancels cancels;
    private final WaitLoop waits;
    private final OffThreadCalls offThreadCalls;
    private final EventDispatcher dispatcher;
    private boolean portClosing;

    public Engine(Backend backend, PortSettings settings) throws NativeFailure {
        this.backend = backend;
        this.settings = settings;
        this.pool = PoolMemory.allocate(backend, settings, arena);
        // A close must never be refused for want of a slot: it takes one, and one for its drain.
        this.slots = new SlotTable(settings.maxOperations() + 2 * settings.maxSockets());
        this.channels = new ChannelTable(settings.maxSockets());
        TaskQueue queue = new TaskQueue(backend, settings.maxTasks());
        this.tasks = new Tasks(queue);
        this.closing = new CloseSequence(this, backend);
        this.shutdowns = new Shutdowns(this, backend);
        this.starved = new StarvedAccepts(this, deadlines, events);
        this.bufferWaiters = new BufferWaiters(this, backend, pool);
        this.cancels = new Cancels(this);
        this.waits = new WaitLoop(backend, events, deadlines, queue, settings.spins());
        this.offThreadCalls = new OffThreadCalls(backend);
        this.dispatcher = new EventDispatcher(backend, events, deadlines, bufferWaiters, this);
        backend.attach(this, channels, slots, pool);
    }

    /** The owner, though a virtual thread, is always carried by the same thread of the system. */
    public void ownerStaysOnOneThread() {
        waits.ownerStaysOnOneThread();
        backend.ownerStaysOnOneThread();
    }

    public Backend backend() {
        return backend;
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

    public OffThreadCalls offThreadCalls() {
        return offThreadCalls;
    }

    public PortSettings settings() {
        return settings;
    }

    /** Whether a request is in flight here, not at another port. */
    public boolean holds(Request request) {
        int slot = request.slot;
        return slot >= 0 && slot < slots.end() && slots.at(slot) == request;
    }

    public int pendingOperations() {
        return slots.count();
    }

    public int openSockets() {
        return channels.count();
    }

    /** Why the kernel cannot be asked for events any more, or null. */
    public @Nullable WaitFailure failure() {
        return waits.failure();
    }

    // ---- submitting --------------------------------------------------------------------------

    /**
     * Takes a request that is IDLE and whose fields were checked. Anything but ACCEPTED leaves no
     * trace of it.
     */
    public Submission submit(Request request) {
        Channel channel = request.channel;
        if (portClosing) {
            return Submission.PORT_CLOSED;
        }
        if (waits.failure() != null) {
            return Submission.PORT_FAILED;
        }
        if (channel != null && !channel.isOpen()) {
            return Submission.SOCKET_CLOSED;
        }
        if (request.kind == RequestKind.CONNECT && request.channel().connectFailed) {
            return Submission.SOCKET_SPENT;
        }
        boolean mayTakeReserve = request.kind == RequestKind.CLOSE;
        boolean full = !mayTakeReserve && slots.count() >= settings.maxOperations();
        if (full || !slots.claim(request)) {
            return Submission.NO_SLOT;
        }
        request.state = Request.State.WAITING;
        request.cancelReason = null;
        request.progress(0);
        request.payload(null);
        request.more = false;
        request.backendState = 0;
        if (request.deadlineNanos() != Request.NO_DEADLINE) {
            deadlines.add(request);
        }
        switch (request.kind) {
            case DELAY -> {
                // It waits in the heap of deadlines, nowhere else.
            }
            case CLOSE -> closing.begin(request.channel(), request);
            default -> enqueue(request.channel(), request);
        }
        return Submission.ACCEPTED;
    }

    private void enqueue(Channel channel, Request request) {
        OperationQueue queue = OperationQueue.of(request);
        queue.append(channel, request);
        if (queue == OperationQueue.POLLS) {
            begin(channel, request);
        } else if (queue.head(channel) == request) {
            startNext(channel, queue);
        }
    }

    /** Starts the head of a queue, and those behind it as long as they end at once. */
    void startNext(Channel channel, OperationQueue queue) {
        if (queue.isLocked(channel) || portClosing) {
            return;
        }
        queue.lock(channel);
        Request head = queue.head(channel);
        while (head != null && head.state == Request.State.WAITING
                && SocketStates.mayStart(channel, head) && !bufferWaiters.holdsBack(head)) {
            begin(channel, head);
            head = queue.head(channel);
        }
        queue.unlock(channel);
    }

    private void begin(Channel channel, Request request) {
        request.state = Request.State.STARTED;
        channel.started++;
        Outcome known = Outcomes.withoutAsking(channel, request);
        if (known != null) {
            complete(request, known, 0, 0);
            return;
        }
        if (request.kind == RequestKind.SHUTDOWN) {
            shutdowns.carryOut(channel, request);
            return;
        }
        if (request.kind == RequestKind.CONNECT) {
            channel.state = Channel.State.CONNECTING;
        }
        backend.start(request);
    }

    /** Starts a request of the close sequence, which yields no event. */
    void enqueueInternal(Channel channel, Request request) {
        boolean claimed = slots.claim(request);
        assert claimed : "no slot in the reserve";
        request.state = Request.State.WAITING;
        request.cancelReason = null;
        request.progress(0);
        request.backendState = 0;
        enqueue(channel, request);
    }

    /** Lets the backend give the descriptor back; the CLOSE completes when that is done. */
    void startClose(Channel channel, Request close) {
        deadlines.remove(close);
        close.state = Request.State.STARTED;
        UseCount.close(channel);
        backend.close(channel, close);
    }

    // ---- cancelling --------------------------------------------------------------------------

    /** Asks for the end of one request; false when it has ended already. */
    public boolean cancel(Request target) {
        return cancel(target, Outcome.CANCELLED);
    }

    boolean cancel(Request target, Outcome reason) {
        return switch (target.state) {
            case IDLE, COMPLETED -> false;
            case WAITING -> {
                if (target.kind == RequestKind.CLOSE) {
                    yield closing.hurry(target, reason);
                }
                finish(target, reason, 0, 0);
                yield true;
            }
            case STARTED -> {
                if (target.kind == RequestKind.CLOSE) {
                    yield false;
                }
                if (target.cancelReason == null) {
                    target.cancelReason = reason;
                    backend.cancel(target);
                }
                boolean closes = reason == Outcome.CLOSED_LOCALLY;
                if (closes && target.state == Request.State.STARTED) {
                    backend.abandon(target);
                }
                yield true;
            }
        };
    }

    /** Asks for the end of every request of a socket; returns how many were pending. */
    public int cancelAll(Channel channel) {
        return cancels.cancelAll(channel);
    }

    /** Cancels all requests of a queue; those that the backend holds may end later. */
    int sweep(Channel channel, OperationQueue queue, Outcome reason) {
        return cancels.sweep(channel, queue, reason);
    }

    /** Moves the deadline of a request, which may be pending. */
    public void reschedule(Request request, long deadlineNanos) {
        deadlines.reschedule(request, deadlineNanos);
    }

    // ---- completing --------------------------------------------------------------------------

    @Override
    public void complete(Request request, Outcome outcome, long result, int nativeCode) {
        assert request.state == Request.State.STARTED : "completed out of turn: " + request;
        Channel channel = request.channel();
        if (request.kind != RequestKind.CLOSE) {
            channel.started--;
        }
        if (outcome == Outcome.OK || !keeps(channel, request, outcome, nativeCode)) {
            finish(request, outcome, result, nativeCode);
        }
    }

    /** Whether a request that failed starts again by itself, when what it lacked may be there. */
    private boolean keeps(Channel channel, Request request, Outcome outcome, int nativeCode) {
        return switch (request.kind) {
            case ACCEPT -> starved.keep(channel, request, outcome, nativeCode);
            case RECEIVE -> outcome == Outcome.NO_BUFFERS && bufferWaiters.keep(request);
            default -> false;
        };
    }

    @Override
    public void event(
            Request request, long result, @Nullable PoolBuffer buffer, @Nullable Channel accepted) {
        assert request.state == Request.State.STARTED : "an event out of turn: " + request;
        if (accepted != null) {
            accepted.state = Channel.State.CONNECTED;
            starved.noteAccepted(request);
        }
        events.pushEvent(request, result, buffer != null ? buffer : accepted);
    }

    @Override
    public void join(Request request) {
        assert request.state == Request.State.WAITING : "joined out of turn: " + request;
        request.state = Request.State.STARTED;
        request.channel().started++;
    }

    @Override
    public void putBack(Request request) {
        assert request.state == Request.State.STARTED : "put back out of turn: " + request;
        request.state = Request.State.WAITING;
        request.channel().started--;
        Outcome reason = request.cancelReason;
        if (reason != null) {
            finish(request, reason, 0, 0);
        }
    }

    @Override
    public boolean hasRoom() {
        return events.hasRoom();
    }

    /** Ends a request of whatever state: its event is queued, and what waited for it goes on. */
    void finish(Request request, Outcome ended, long result, int nativeCode) {
        boolean wasStarted = request.state == Request.State.STARTED;
        request.state = Request.State.COMPLETED;
        deadlines.remove(request);
        switch (request.kind) {
            case CLOSE -> finishClose(request, ended, nativeCode);
            case DELAY -> events.pushTerminal(request, ended, result, nativeCode);
            default -> {
                Channel channel = request.channel();
                Outcome outcome = Outcomes.translate(channel, request, ended);
                if (wasStarted) {
                    SocketStates.note(channel, request, outcome);
                }
                if (request.kind == RequestKind.ACCEPT) {
                    starved.noteEnd(channel, request, outcome);
                }
                bufferWaiters.remove(request);
                finishTransfer(channel, request, outcome, result, nativeCode);
            }
        }
    }

    private void finishClose(Request close, Outcome ended, int nativeCode) {
        close.channel().state = Channel.State.CLOSED;
        Outcome known = close.outcome;
        Outcome outcome = known == null || known == Outcome.OK ? ended : known;
        events.pushTerminal(close, outcome, close.progress(), nativeCode);
    }

    private void finishTransfer(
            Channel channel, Request request, Outcome outcome, long result, int nativeCode) {
        OperationQueue queue = OperationQueue.of(request);
        queue.remove(channel, request);
        if (request.owner == closing) {
            slots.release(request);
            request.state = Request.State.IDLE;
            closing.noteDrained(channel, outcome, result);
        } else {
            events.pushTerminal(request, outcome, result, nativeCode);
        }
        if (!channel.isOpen()) {
            resumeClosing(channel, queue, request, outcome, result);
            return;
        }
        // Nothing waits as a rule: asked here, so that the compiler does not unroll starting into
        // completing into starting again.
        if (queue.head(channel) != null) {
            startNext(channel, queue);
        }
        if (request.kind == RequestKind.CONNECT) {
            startNext(channel, OperationQueue.RECEIVES);
        }
    }

    private void resumeClosing(
            Channel channel, OperationQueue queue, Request request, Outcome outcome, long result) {
        if (queue == OperationQueue.SENDS) {
            closing.noteSent(channel, request, outcome, result);
        }
        startNext(channel, queue);
        closing.advance(channel);
    }

    /** Ends a timer whose time has come. */
    void finishTimer(Request timer) {
        if (starved.owns(timer)) {
            starved.pauseIsOver();
        } else {
            finish(timer, Outcome.OK, 0, 0);
        }
    }

    // ---- sockets -----------------------------------------------------------------------------

    @Override
    public boolean canAdopt() {
        return !channels.isFull();
    }

    @Override
    public void adopt(Channel channel) {
        channels.add(channel);
    }

    /** Every socket on which no close was submitted. */
    public List<Channel> openChannels() {
        return IntStream.range(0, channels.end()).mapToObj(channels::at)
                .filter(channel -> channel != null && channel.isOpen()).toList();
    }

    /** Opens a socket that belongs to this port, which must have room for it. */
    public Channel open(int family, boolean stream) throws NativeFailure {
        Channel channel = backend.open(family, stream);
        channels.add(channel);
        return channel;
    }

    /** Takes over a socket that another port accepted for hand-over; there must be room for it. */
    public Channel attach(long handle, int family, boolean stream) throws NativeFailure {
        Channel channel = backend.openDetached(handle, family, stream);
        channel.state = Channel.State.CONNECTED;
        channels.add(channel);
        return channel;
    }

    /** Gives back a socket on which nothing was submitted. */
    public void discard(Channel channel) {
        UseCount.close(channel);
        backend.discard(channel);
        channel.state = Channel.State.CLOSED;
        channels.remove(channel);
        starved.descriptorFreed();
    }

    @Override
    public void post(Runnable task) {
        tasks.queue().report(task);
    }

    // ---- delivering --------------------------------------------------------------------------

    /**
     * Starts one poll: runs tasks, looks at the kernel and waits for it no longer than the timeout,
     * and not at all when something can be delivered now.
     *
     * @param timeoutNanos 0 not at all, negative for ever
     */
    public void beginPoll(long timeoutNanos) {
        boolean ran = tasks.runAll();
        bufferWaiters.resumeBeforeWait(waits);
        waits.await(ran ? 0 : timeoutNanos);
        bufferWaiters.noteFetch();
        tasks.runAll();
        dispatcher.beginPoll(settings.maxEventsPerPoll());
    }

    /** The next event of this poll, loaded into its request, or null when the poll is over. */
    public @Nullable Request nextEvent() {
        return dispatcher.next();
    }

    /**
     * The terminal event of a request is handed out: its slot is free, and after a close the place of
     * its socket. Until then the socket counts, so that there is a slot for the close of each.
     */
    void release(Request request) {
        slots.release(request);
        request.state = Request.State.IDLE;
        if (request.kind == RequestKind.CLOSE) {
            channels.remove(request.channel());
            starved.descriptorFreed();
        }
    }

    // ---- the end of the port -------------------------------------------------------------------

    /** The steps by which the port ends; from the first on it takes nothing new. */
    public PortEnd end() {
        return new PortEnd(this, backend, tasks, waits, dispatcher, slots, channels, arena);
    }

    void refuseSubmissions() {
        portClosing = true;
        starved.stop();
    }
}
