package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.WaitFailure;
import org.jspecify.annotations.Nullable;

/**
 * The work of one port on its ring, from the moment its owner is known: requests become entries, and
 * each completion finds its request again by the token that it carries.
 *
 * <p>A token is slot and generation, and never negative; negative words are our own.
 */
final class RingDriver {
    /** {@link Request#backendState}: a poll of ours is in the kernel in the request's place. */
    static final int AWAITING = 1;

    /** {@link Request#backendState}: the request waits for a place in the submission ring. */
    static final int POSTPONED = 2;

    /** {@link Request#backendState}: the request waits for a buffer of the pool. */
    static final int STARVED = 4;

    /** {@link Request#backendState}: the kernel has done it, but still reads its memory. */
    static final int MEMORY_OWED = 8;

    /** {@link Request#backendState}: the accept was stopped, as the port has no room. */
    static final int NO_ROOM = 16;

    /** {@link Request#backendState}: a timeout of ours is in the kernel in the request's place. */
    static final int PAUSED = 32;

    /** {@link Request#backendState}: its socket closes; 64, and 256 up, are those of polls. */
    static final int ABANDONED = 128;

    /** {@link Request#backendState}: a send that is in the entry of one before it in its queue. */
    static final int JOINED = 1 << 30;

    private static final long WAKEUP = -1;

    /** Marks a cancel, postponed or done, of the request whose token is in the other bits. */
    private static final long CANCEL = Long.MIN_VALUE;

    /** How long to wait for something to end when the kernel has no memory for new requests. */
    private static final long REFUSED_WAIT_NANOS = 1_000_000;

    /** Errors in a row after which the kernel counts as failing, not as short of memory. */
    private static final int MOST_REFUSALS = 64;

    final UringFeatures features;
    final LinuxSockets sockets;
    final Completions completions;
    final BufferPool pool;
    final Ring ring;

    private final SubmissionQueue submissions;
    private final CompletionQueue results;
    private final SlotTable slots;
    private final WakeupEvent wakeup;
    private final int skipSuccess;
    private final UringAccepts accepts;
    private final UringReceives receives;
    private final UringDatagrams datagrams;
    private final UringSends sends;
    private final UringConnects connects;
    private final UringPolls polls;

    /** Calls of the kernel in a row that it refused. */
    private int refusals;

    /** Requests and cancels that found no place in the submission ring, in their order. */
    private final LongQueue postponed = new LongQueue();

    RingDriver(
            Ring ring,
            UringFeatures features,
            LinuxSockets sockets,
            WakeupEvent wakeup,
            Completions completions,
            SlotTable slots,
            BufferPool pool) {
        this.ring = ring;
        this.submissions = ring.submissions;
        this.results = ring.completions;
        this.features = features;
        this.sockets = sockets;
        this.wakeup = wakeup;
        this.completions = completions;
        this.slots = slots;
        this.pool = pool;
        this.skipSuccess =
                ring.hasFeature(UringConstants.IORING_FEAT_CQE_SKIP)
                        ? UringConstants.IOSQE_CQE_SKIP_SUCCESS
                        : 0;
        Scratch scratch = new Scratch(ring, ring.arena());
        accepts = new UringAccepts(this);
        receives = new UringReceives(this);
        datagrams = new UringDatagrams(this, scratch);
        sends = new UringSends(this, scratch);
        connects = new UringConnects(this, scratch);
        polls = new UringPolls(this);
        watchWakeups();
    }

    // ---- requests ----------------------------------------------------------------------------

    /**
     * Brings a request to the kernel, for the first time or again. After a cancel it is not begun
     * again: that cancel met what has ended, or missed it, and no other one may follow. With a full
     * completion ring the kernel ends a multishot request at each of its results, so a cancelled
     * request that is begun again each time would never end.
     */
    void begin(Request request) {
        if (request.cancelReason != null) {
            fail(request, Errno.ECANCELED);
        } else if (!postponed.isEmpty() || !issue(request)) {
            request.backendState |= POSTPONED;
            postponed.add(token(request));
        }
    }

    /** False when there is no place for its entry now. May report that the request has ended. */
    private boolean issue(Request request) {
        UringChannel channel = (UringChannel) request.channel();
        if ((request.backendState & AWAITING) != 0) {
            return polls.issueAwait(channel, request);
        }
        if ((request.backendState & PAUSED) != 0) {
            return datagrams.issuePause(request);
        }
        return switch (request.kind) {
            case RECEIVE -> receives.issue(channel, request);
            case SEND -> sends.issue(channel, request);
            case SEND_VECTORED -> sends.issueVectored(channel, request);
            case ACCEPT -> accepts.issue(channel, request);
            case CONNECT -> connects.issue(channel, request);
            case RECEIVE_FROM -> datagrams.issueReceive(channel, request);
            case SEND_TO -> datagrams.issueSend(channel, request);
            case POLL -> polls.issue(channel, request);
            case DISCONNECT -> connects.disconnect(channel, request);
            default -> throw new AssertionError(request);
        };
    }

    void cancel(Request request) {
        int state = request.backendState;
        if ((state & (POSTPONED | STARVED)) != 0) {
            // The kernel has nothing of it.
            request.backendState = 0;
            fail(request, Errno.ECANCELED);
        } else if ((state & (MEMORY_OWED | JOINED)) == 0) {
            // An entry of joined sends does not wait in the kernel: its result is near or there.
            cancelInKernel(token(request));
        }
    }

    /** Lets a request end whose memory the kernel would give back only when the peer reads. */
    void abandon(Request request) {
        if (request.kind == RequestKind.SEND) {
            request.backendState |= ABANDONED;
            sends.noteAbandoned(request);
        }
    }

    /** Cancels by token: a descriptor may have a new owner when the kernel comes to it. */
    void cancelInKernel(long token) {
        if (!issueCancel(token)) {
            postponed.add(token | CANCEL);
        }
    }

    private boolean issueCancel(long token) {
        long sqe = entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        Sqe.fill(sqe, UringConstants.IORING_OP_ASYNC_CANCEL, -1, token, 0, token | CANCEL);
        Sqe.flags(sqe, skipSuccess);
        return true;
    }

    /**
     * A cancel did not find its request. Mostly the request had ended; but the kernel also misses one
     * that it is about to try again, and that may then wait for ever (seen on Linux 6.18 with a send
     * whose peer had ended its side).
     */
    private void cancelMissed(long token) {
        Request request = slots.find(token);
        boolean waits =
                request != null
                        && request.state == Request.State.STARTED
                        && (request.backendState & (POSTPONED | STARVED | MEMORY_OWED)) == 0
                        && (request.cancelReason != null || UringPolls.isStopping(request));
        if (waits) {
            cancelInKernel(token);
        }
    }

    private void watchWakeups() {
        long sqe = entry();
        if (sqe == SubmissionQueue.FULL) {
            postponed.add(WAKEUP);
        } else {
            wakeup.watch(sqe, WAKEUP);
        }
    }

    private void resumePostponed() {
        for (int left = postponed.size(); left > 0; left--) {
            long word = postponed.first();
            if (word == WAKEUP) {
                watchWakeups();
            } else if (word < 0) {
                if (!issueCancel(word & ~CANCEL)) {
                    return;
                }
            } else if (!resume(word)) {
                return;
            }
            postponed.remove();
        }
    }

    private boolean resume(long token) {
        Request request = slots.find(token);
        if (request == null || (request.backendState & POSTPONED) == 0) {
            return true;
        }
        request.backendState &= ~POSTPONED;
        if (issue(request)) {
            return true;
        }
        request.backendState |= POSTPONED;
        return false;
    }

    // ---- waiting -----------------------------------------------------------------------------

    int fetch(long timeoutNanos) {
        results.release();
        resumePostponed();
        receives.beforeFetch();
        int ready = results.ready();
        int toSubmit = submissions.publish();
        boolean wait =
                timeoutNanos != 0
                        && ready == 0
                        && postponed.isEmpty()
                        && receives.starving() == 0
                        && !sends.hasAbandoned();
        if (wait || toSubmit > 0 || (ready == 0 && submissions.kernelHasWork())) {
            if (wait) {
                await(toSubmit, timeoutNanos);
            } else {
                look(toSubmit);
            }
            ready = results.ready();
        }
        if (sends.hasAbandoned()) {
            sends.resetAbandoned();
        }
        return ready + receives.starving();
    }

    private void look(int toSubmit) {
        int errno = ring.submitAndLook(toSubmit);
        countRefusals(errno);
        if (Ring.isRefusal(errno)) {
            // What is under way may end and free memory.
            errno = ring.submitAndLook(0);
            countRefusals(errno);
            requireExpected(errno);
            errno = ring.submit();
        }
        requireExpected(errno);
    }

    /**
     * Waits until a result is there or the time is over. A call may end before that: interrupted, or
     * refused, or because the kernel took but a part of the entries (then it does not wait).
     */
    private void await(int toSubmit, long timeoutNanos) {
        boolean forEver = timeoutNanos < 0;
        long endNanos = forEver ? 0 : System.nanoTime() + timeoutNanos;
        long leftNanos = timeoutNanos;
        int entries = toSubmit;
        while (true) {
            int errno = ring.submitAndWait(entries, leftNanos);
            countRefusals(errno);
            if (Ring.isRefusal(errno)) {
                // What is under way may end and free memory.
                long bounded =
                        forEver ? REFUSED_WAIT_NANOS : Math.min(leftNanos, REFUSED_WAIT_NANOS);
                errno = ring.submitAndWait(0, bounded);
                countRefusals(errno);
                requireExpected(errno);
                // At once, and not only when what has ended was handled: others wait for it.
                errno = ring.submit();
            }
            requireExpected(errno);
            leftNanos = forEver ? timeoutNanos : endNanos - System.nanoTime();
            if (results.ready() > 0 || (!forEver && leftNanos <= 0)) {
                return;
            }
            entries = submissions.publish();
        }
    }

    private static void requireExpected(int errno) {
        boolean expected =
                errno == 0
                        || errno == Errno.ETIME
                        || errno == Errno.EINTR
                        || Ring.isRefusal(errno);
        if (!expected) {
            throw new WaitFailure("io_uring_enter", LinuxErrors.describe(errno));
        }
    }

    /** A refusal passes as a rule; without an end of them the owner would spin. */
    private void countRefusals(int errno) {
        if (!Ring.isRefusal(errno)) {
            refusals = 0;
        } else if (++refusals > MOST_REFUSALS) {
            refusals = 0;
            throw new WaitFailure("io_uring_enter", LinuxErrors.describe(errno));
        }
    }

    boolean hasReadyWork() {
        return results.ready() > 0
                || !postponed.isEmpty()
                || receives.starving() > 0
                || sends.hasAbandoned();
    }

    boolean step() {
        if (!completions.hasRoom()) {
            return false;
        }
        if (!results.next()) {
            return receives.settleOneStarving();
        }
        long userData = results.userData();
        int flags = results.flags();
        if (userData >= 0) {
            Request request = slots.find(userData);
            assert request != null : "a completion without a request: " + userData;
            completed(request, results.result(), flags);
        } else if (userData != WAKEUP) {
            if (results.result() < 0) {
                cancelMissed(userData & ~CANCEL);
            }
        } else if ((flags & UringConstants.IORING_CQE_F_MORE) == 0) {
            watchWakeups();
        }
        return true;
    }

    private void completed(Request request, int result, int flags) {
        UringChannel channel = (UringChannel) request.channel();
        if ((request.backendState & AWAITING) != 0) {
            awaited(channel, request, result, flags);
            return;
        }
        if ((request.backendState & PAUSED) != 0) {
            request.backendState &= ~PAUSED;
            datagrams.paused(request, result);
            return;
        }
        switch (request.kind) {
            case RECEIVE -> receives.completed(channel, request, result, flags);
            case SEND, SEND_VECTORED -> sends.completed(channel, request, result, flags);
            case ACCEPT -> accepts.completed(channel, request, result, flags);
            case CONNECT -> connects.completed(channel, request, result);
            case RECEIVE_FROM -> datagrams.received(request, result);
            case SEND_TO -> datagrams.sent(request, result);
            case POLL -> polls.completed(request, result, flags);
            default -> throw new AssertionError(request);
        }
    }

    private void awaited(UringChannel channel, Request request, int answer, int flags) {
        int result = polls.awaited(request, answer, flags);
        if (result == UringPolls.NOT_YET) {
            return;
        }
        request.backendState &= ~AWAITING;
        if (result < 0) {
            if (!goesOn(request, -result)) {
                fail(request, -result);
            }
            return;
        }
        switch (request.kind) {
            case CONNECT -> connects.writable(channel, request);
            case RECEIVE -> receives.readable(channel, request);
            default -> begin(request);
        }
    }

    void close() {
        receives.close();
        ring.close();
    }

    /** Ends the ring with what is in it. */
    void closeFailed() {
        ring.closeFailed();
    }

    // ---- for the classes of requests -----------------------------------------------------------

    /** A zeroed entry to fill, or {@link SubmissionQueue#FULL} when the kernel takes none now. */
    long entry() {
        long sqe = submissions.next();
        if (sqe == SubmissionQueue.FULL) {
            ring.submit();
            sqe = submissions.next();
        }
        return sqe;
    }

    long token(Request request) {
        return slots.token(request);
    }

    /** Finds a request that waits for something, unless it has ended meanwhile. */
    @Nullable
    Request findWaiting(long token, int state) {
        Request request = slots.find(token);
        return request != null && (request.backendState & state) != 0 ? request : null;
    }

    /** Lets a poll stand in the request's place until its call may do something. */
    void await(Request request) {
        request.backendState |= AWAITING;
        begin(request);
    }

    static int awaitedEvents(Request request) {
        return request.kind.queue == OperationQueue.SENDS
                ? EpollConstants.POLLOUT
                : EpollConstants.POLLIN;
    }

    /**
     * Lets a request go on that the kernel gave up for a reason that says nothing about its socket.
     * EINTR: a signal came. ECANCELED without a cancel of ours: the thread that had submitted it has
     * ended, as the carrier of a virtual thread may. EAGAIN: an old kernel does not wait on a
     * non-blocking socket.
     *
     * @return false when the failure is its end
     */
    boolean goesOn(Request request, int errno) {
        if (request.cancelReason != null) {
            return false;
        }
        if (errno == Errno.EINTR || errno == Errno.ECANCELED) {
            begin(request);
            return true;
        }
        if (errno == Errno.EAGAIN) {
            await(request);
            return true;
        }
        return false;
    }

    /** Ends a request with the system's code; after our cancel, that was its cause. */
    void fail(Request request, int errno) {
        boolean givenUp =
                errno == Errno.ECANCELED
                        || errno == Errno.EINTR
                        || errno == Errno.EAGAIN
                        || errno == Errno.ENOBUFS;
        if (givenUp && request.cancelReason != null) {
            Outcome outcome = request.progress() > 0 ? Outcome.OK : Outcome.CANCELLED;
            completions.complete(request, outcome, request.progress(), 0);
            return;
        }
        Outcome outcome = LinuxErrors.outcomeOf(request, errno);
        completions.complete(request, outcome, request.progress(), errno);
    }
}
