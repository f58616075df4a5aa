package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.PortOwner;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one port. Each holds a slot from its submission to the delivery of its terminal
 * event, waits for its turn in its socket's queue, and ends exactly once.
 */
final class Requests implements Completions {
    static {
        EarlyClasses.load(BufferWaiters.class);
    }

    /** The part of a close that lies above the requests. */
    interface ClosingSockets {
        /** Hurries a close that waits; returns false if nothing is left to hurry. */
        boolean hurry(Request close, Outcome reason);

        /** Continues the close of a socket one of whose requests ended. */
        void ended(
                Channel channel,
                OperationQueue queue,
                Request request,
                Outcome outcome,
                long result);
    }

    final Backend backend;
    final SlotTable slots;
    final ChannelTable channels;

    private final BufferPool pool;
    private final EventQueue events;
    private final Deadlines deadlines;
    private final ClosingSockets closing;
    private final Shutdowns shutdowns;
    private final StarvedAccepts starved;

    /** Null until a receive waits for a buffer, which most ports never see. */
    private @Nullable BufferWaiters bufferWaiters;

    private boolean portClosing;

    /** Opens the backend, which reports here. */
    Requests(
            BackendFactory factory,
            PortSettings settings,
            PortOwner owner,
            BufferPool pool,
            EventQueue events,
            Deadlines deadlines,
            ClosingSockets closing)
            throws NativeFailure {
        this.pool = pool;
        this.events = events;
        this.deadlines = deadlines;
        this.closing = closing;
        // A close must never fail because no slot is free: it takes one, and one for its drain.
        slots = new SlotTable(settings.maxOperations() + 2 * settings.maxSockets());
        channels = new ChannelTable(settings.maxSockets());
        starved = new StarvedAccepts(deadlines, events);
        backend = factory.open(new PortContext(settings, owner, this, channels, slots, pool));
        shutdowns = new Shutdowns(backend.sockets());
    }

    // ---- submitting --------------------------------------------------------------------------

    /** Claims a slot for a request and resets what its last submission left; false if none is free. */
    boolean claim(Request request) {
        if (!slots.claim(request)) {
            return false;
        }
        request.state = Request.State.WAITING;
        request.cancelReason = null;
        request.progress(0);
        request.clearPayload();
        request.more = false;
        clearBackendState(request);
        return true;
    }

    private static void clearBackendState(Request request) {
        request.backendFlags = 0;
        request.foundReadiness = 0;
    }

    /** Queues a claimed request, and starts it if it is the first. */
    void enqueue(Channel channel, Request request) {
        OperationQueue queue = OperationQueue.of(request);
        queue.append(channel, request);
        if (queue == OperationQueue.POLLS) {
            start(channel, request);
        } else if (queue.head(channel) == request) {
            startNext(channel, queue);
        }
    }

    // ---- starting ----------------------------------------------------------------------------

    /** Starts the head of a queue, and those behind it as long as each ends at once. */
    void startNext(Channel channel, OperationQueue queue) {
        if (queue.isLocked(channel) || portClosing) {
            return;
        }
        queue.lock(channel);
        Request head = queue.head(channel);
        while (head != null && head.state == Request.State.WAITING
                && SocketRules.mayStart(channel, head) && !mustWaitForBuffer(head)) {
            start(channel, head);
            head = queue.head(channel);
        }
        queue.unlock(channel);
    }

    private void start(Channel channel, Request request) {
        request.state = Request.State.STARTED;
        channel.started++;
        Outcome known = SocketRules.knownOutcome(channel, request);
        if (known != null) {
            complete(request, known, 0, 0);
        } else if (request.kind == RequestKind.SHUTDOWN) {
            shutDown(channel, request);
        } else {
            if (request.kind == RequestKind.CONNECT) {
                channel.state = Channel.State.CONNECTING;
            }
            backend.start(request);
        }
    }

    private void shutDown(Channel channel, Request request) {
        if (channel.state != Channel.State.CONNECTED && channel.isOpen()) {
            complete(request, Outcome.NOT_CONNECTED, 0, 0);
            return;
        }
        boolean shutBefore = channel.sendShut;
        Outcome outcome = Outcome.OK;
        int code = 0;
        // A second shutdown of the sending side succeeds without the kernel, since kernels differ.
        if (request.argument != Request.SHUTDOWN_SEND || !shutBefore) {
            code = shutdowns.shut(channel, request.argument);
            outcome = shutdowns.outcomeOf(channel, code, shutBefore);
        }
        if (outcome == Outcome.OK && request.argument != Request.SHUTDOWN_SEND) {
            // Kernels differ in what a pending receive and later bytes do: here it is one rule.
            channel.receiveShut = true;
            endReceives(channel);
        }
        complete(request, outcome, 0, outcome == Outcome.OK ? 0 : code);
    }

    /** Ends the receives: the started one may still bring bytes, so those behind it end after it. */
    private void endReceives(Channel channel) {
        Request head = channel.receives;
        if (head != null && head.state == Request.State.STARTED) {
            cancel(head, Outcome.EOF);
        } else {
            startNext(channel, OperationQueue.RECEIVES);
        }
    }

    // ---- cancelling --------------------------------------------------------------------------

    /** Asks for the end of one request; returns false if it has ended already. */
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

    /** Cancels all requests of a queue and returns their number; started ones may end later. */
    int cancelAll(Channel channel, OperationQueue queue, Outcome reason) {
        boolean wasLocked = queue.isLocked(channel);
        queue.lock(channel);
        int count = 0;
        Request request = queue.head(channel);
        while (request != null) {
            Request following = request.next;
            if (cancel(request, reason)) {
                count++;
            }
            request = following;
        }
        if (!wasLocked) {
            queue.unlock(channel);
        }
        if (channel.isOpen()) {
            startNext(channel, queue);
        }
        return count;
    }

    /** Ends a request that is over time: a DELAY with OK, any other one by a cancel. */
    void expire(Request request) {
        if (starved.owns(request)) {
            starved.lengthenPause();
            retryStarvedAccepts();
        } else if (request.kind == RequestKind.DELAY) {
            finish(request, Outcome.OK, 0, 0);
        } else {
            cancel(request, Outcome.DEADLINE);
        }
    }

    // ---- reports of the backend ------------------------------------------------------------------

    @Override
    public void complete(Request request, Outcome outcome, long result, int nativeCode) {
        assert request.state == Request.State.STARTED : "completed out of turn: " + request;
        Channel channel = request.channel();
        if (request.kind != RequestKind.CLOSE) {
            channel.started--;
        }
        if (outcome == Outcome.OK || !keep(channel, request, outcome, nativeCode)) {
            finish(request, outcome, result, nativeCode);
        }
    }

    /** Keeps a failed request that starts again by itself once what it lacked may be there. */
    private boolean keep(Channel channel, Request request, Outcome outcome, int nativeCode) {
        boolean kept = switch (request.kind) {
            case ACCEPT -> starved.keep(channel, request, outcome, nativeCode);
            case RECEIVE, RECEIVE_FROM -> outcome == Outcome.NO_BUFFERS && keepForBuffer(request);
            default -> false;
        };
        if (kept) {
            request.state = Request.State.WAITING;
            clearBackendState(request);
        }
        return kept;
    }

    @Override
    public void cancelled(Request request) {
        long moved = request.progress();
        complete(request, moved > 0 ? Outcome.OK : Outcome.CANCELLED, moved, 0);
    }

    @Override
    public boolean received(
            Request request, long bytes, @Nullable PoolBuffer buffer, boolean truncated) {
        assert request.state == Request.State.STARTED : "bytes out of turn: " + request;
        if (request.multishot) {
            events.pushEvent(request, bytes, buffer, truncated);
            return false;
        }
        request.channel().started--;
        finish(request, Outcome.OK, bytes, 0, buffer, truncated);
        return true;
    }

    @Override
    public boolean accepted(Request accept, Channel connection) {
        assert accept.state == Request.State.STARTED : "a connection out of turn: " + accept;
        Channel listener = accept.channel();
        SocketRules.inherit(connection, listener);
        if (!accept.detached) {
            channels.add(connection);
        }
        if (accept.multishot) {
            starved.noteAccepted(accept);
            events.pushEvent(accept, 0, connection, false);
            return false;
        }
        listener.started--;
        finish(accept, Outcome.OK, 0, 0, connection, false);
        return true;
    }

    @Override
    public boolean ready(Request poll, int readiness) {
        if (poll.multishot) {
            events.pushEvent(poll, readiness, null, false);
            return false;
        }
        complete(poll, Outcome.OK, readiness, 0);
        return true;
    }

    @Override
    public void join(Request send) {
        assert send.state == Request.State.WAITING : "joined out of turn: " + send;
        send.state = Request.State.STARTED;
        send.channel().started++;
    }

    @Override
    public void putBack(Request send) {
        assert send.state == Request.State.STARTED : "put back out of turn: " + send;
        send.state = Request.State.WAITING;
        send.channel().started--;
        Outcome reason = send.cancelReason;
        if (reason != null) {
            finish(send, reason, 0, 0);
        }
    }

    @Override
    public boolean hasRoom() {
        return events.hasRoom();
    }

    @Override
    public boolean mayAccept(Request accept) {
        return accept.detached || !channels.isFull();
    }

    // ---- ending ------------------------------------------------------------------------------

    /** Ends a request in any state that has no payload. */
    void finish(Request request, Outcome ended, long result, int nativeCode) {
        finish(request, ended, result, nativeCode, null, false);
    }

    /** Ends a request in any state: queues its event and continues what waited for it. */
    private void finish(
            Request request,
            Outcome ended,
            long result,
            int nativeCode,
            @Nullable Object payload,
            boolean truncated) {
        boolean wasStarted = request.state == Request.State.STARTED;
        request.state = Request.State.COMPLETED;
        if (request.timerIndex() >= 0) {
            deadlines.remove(request);
        }
        switch (request.kind) {
            case CLOSE -> finishClose(request, ended, nativeCode);
            case DELAY -> events.pushTerminal(request, ended, result, nativeCode);
            default -> {
                Channel channel = request.channel();
                Outcome outcome = SocketRules.translate(channel, request, ended);
                if (wasStarted) {
                    SocketRules.noteEnd(channel, request, outcome);
                }
                if (request.kind == RequestKind.ACCEPT) {
                    starved.noteEnd(channel, request, outcome);
                }
                if (bufferWaiters != null) {
                    bufferWaiters.remove(request);
                }
                OperationQueue queue = OperationQueue.of(request);
                queue.remove(channel, request);
                if (isDrain(channel, request)) {
                    slots.release(request);
                    request.state = Request.State.IDLE;
                } else {
                    events.pushTerminal(request, outcome, result, nativeCode, payload, truncated);
                }
                continueAfter(channel, queue, request, outcome, result);
            }
        }
    }

    private static boolean isDrain(Channel channel, Request request) {
        return channel.closing != null && channel.closing.drain == request;
    }

    private void finishClose(Request close, Outcome ended, int nativeCode) {
        Channel channel = close.channel();
        channel.state = Channel.State.CLOSED;
        Channel.Closing present = channel.closing;
        assert present != null : "closed without a CLOSE: " + channel;
        Outcome outcome = present.outcome == Outcome.OK ? ended : present.outcome;
        events.pushTerminal(close, outcome, present.drainedBytes, nativeCode);
    }

    private void continueAfter(
            Channel channel,
            OperationQueue queue,
            Request request,
            Outcome outcome,
            long result) {
        if (!channel.isOpen()) {
            closing.ended(channel, queue, request, outcome, result);
            return;
        }
        // Usually nothing waits. The check is here so that the compiler does not unroll starting
        // into completing into starting again.
        if (queue.head(channel) != null) {
            startNext(channel, queue);
        }
        if (request.kind == RequestKind.CONNECT) {
            startNext(channel, OperationQueue.RECEIVES);
        }
    }

    /**
     * Frees the slot of a request whose terminal event is delivered and, after a CLOSE, the rank of its
     * socket. Until then the socket counts, so that each socket has a slot for its close.
     */
    void release(Request request) {
        slots.release(request);
        request.state = Request.State.IDLE;
        if (request.kind == RequestKind.CLOSE) {
            removeChannel(request.channel());
        }
    }

    /** Removes a socket whose descriptor is closed; accepts that lacked one may continue. */
    void removeChannel(Channel channel) {
        channels.remove(channel);
        if (starved.hasWaiting()) {
            retryStarvedAccepts();
        }
    }

    /** Refuses submissions and starts nothing from now on, as the port closes. */
    void refuse() {
        portClosing = true;
        starved.stop();
    }

    boolean isRefusing() {
        return portClosing;
    }

    // ---- requests that wait for something else than their turn -----------------------------------

    private void retryStarvedAccepts() {
        for (Channel listener : starved.takeAll()) {
            if (listener.isOpen()) {
                startNext(listener, OperationQueue.RECEIVES);
            }
        }
    }

    private boolean mustWaitForBuffer(Request head) {
        return bufferWaiters != null && bufferWaiters.holdsBack(head);
    }

    private boolean keepForBuffer(Request receive) {
        if (!receive.waitsForBuffer() || receive.cancelReason != null) {
            return false;
        }
        if (bufferWaiters == null) {
            bufferWaiters = new BufferWaiters(backend, pool);
        }
        bufferWaiters.keep(receive);
        return true;
    }

    /** Starts receives that wait for a buffer, one for each free buffer. */
    void resumeBufferWaiters() {
        BufferWaiters waiters = bufferWaiters;
        if (waiters == null) {
            return;
        }
        for (int left = waiters.startable(); left > 0; left--) {
            Request receive = waiters.begin();
            startNext(receive.channel(), OperationQueue.RECEIVES);
            waiters.end();
        }
    }

    /** Returns the receives that wait for a buffer, or null if there never was one. */
    @Nullable
    BufferWaiters bufferWaiters() {
        return bufferWaiters;
    }
}
