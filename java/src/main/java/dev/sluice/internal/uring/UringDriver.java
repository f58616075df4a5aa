package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.PortOwner;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of each kind of request share: the ring, its entries and tokens, cancels, and how a
 * request is retried or fails.
 *
 * <p>The ring is made with the port, so that a refusal is reported by the open, but is bound to the
 * owner at first use: until then the port may be handed over, and the kernel lets a ring be bound to
 * one thread only. A platform thread gets a ring of its own kind; a virtual thread, which changes its
 * carrier, gets a plain one. If the owner is of another kind than the thread that opened the port, the
 * ring is replaced at that moment.
 */
final class UringDriver {
    /** Writes the entry of a request. */
    interface Issuer {
        /** Returns false if no entry is free now. */
        boolean issue(Request request);
    }

    private static final long WAKEUP = -1;

    /** Marks the token of a cancel; the other bits are the token of its request. */
    private static final long CANCEL = Long.MIN_VALUE;

    /** How long to wait for something to end when the kernel has no memory for new requests. */
    private static final long REFUSED_WAIT_NANOS = 1_000_000;

    /** Errors in a row after which the kernel counts as failing, not as short of memory. */
    private static final int MAX_REFUSALS = 64;

    final UringFeatures features = UringFeatures.ofThisPort();
    final UringSockets sockets = new UringSockets();
    final Completions completions;
    final BufferPool pool;

    /** Memory that entries with the kernel use; it lives as long as the ring. */
    final Arena arena = Arena.ofShared();

    private final CallState callState = sockets.callState();
    private final SlotTable slots;
    private final PortOwner owner;
    private final Issuer issuer;
    private final RingSizes sizes;
    private final @Nullable RingKind givenKind;
    private final WakeupEvent wakeup;

    private Ring ring;
    private RingKind requestedKind;
    private boolean bound;
    private SubmissionQueue submissions;
    private CompletionQueue results;
    private int skipSuccess;

    private int round;
    private int resultsOfRound;

    /** Calls in a row that the kernel refused. */
    private int refusals;

    /** Tokens of requests, cancels and the wake-up that found no free entry, in their order. */
    private final LongQueue postponed = new LongQueue();

    UringDriver(PortContext port, RingSizes sizes, @Nullable RingKind kind, Issuer issuer)
            throws NativeFailure {
        this.completions = port.completions();
        this.pool = port.pool();
        this.slots = port.slots();
        this.owner = port.owner();
        this.issuer = issuer;
        this.sizes = sizes;
        this.givenKind = kind;
        requestedKind = kindForThisThread();
        wakeup = new WakeupEvent(callState, features.multishotPoll());
        try {
            ring = Ring.openBest(requestedKind, sizes, callState);
        } catch (NativeFailure failure) {
            wakeup.close();
            arena.close();
            throw failure;
        }
        submissions = ring.submissions;
        results = ring.completions;
    }

    private RingKind kindForThisThread() {
        return givenKind == null
                ? RingKind.bestFor(owner.staysOnOneThread(), features.deferTaskrun())
                : givenKind;
    }

    /**
     * Binds the ring to the calling thread, the owner, unless it is bound.
     *
     * @throws WaitFailure if the kernel refuses; a later call tries again
     */
    void bindToOwner() {
        if (!bound) {
            bind();
        }
    }

    private void bind() {
        RingKind best = kindForThisThread();
        if (best != requestedKind) {
            replaceRing(best);
        }
        int errno = ring.enable();
        if (errno != 0) {
            throw new WaitFailure("io_uring_register", LinuxErrors.describe(errno));
        }
        if (features.registeredRing() && requestedKind != RingKind.PLAIN) {
            // Where it is refused (before Linux 5.18) the kernel looks the descriptor up each time.
            errno = ring.registerDescriptor();
            assert errno == 0 || errno == Errno.EINVAL || errno == Errno.ENOMEM : errno;
        }
        skipSuccess =
                ring.hasFeature(UringConstants.IORING_FEAT_CQE_SKIP)
                        ? UringConstants.IOSQE_CQE_SKIP_SUCCESS
                        : 0;
        bound = true;
        watchWakeups();
    }

    private void replaceRing(RingKind kind) {
        try {
            Ring other = Ring.openBest(kind, sizes, callState);
            ring.close();
            ring = other;
            requestedKind = kind;
            submissions = other.submissions;
            results = other.completions;
        } catch (NativeFailure failure) {
            throw new WaitFailure(failure);
        }
    }

    Ring ring() {
        return ring;
    }

    CompletionQueue results() {
        return results;
    }

    // ---- requests ----------------------------------------------------------------------------

    /** Issues a request for the first time, or once a fetch has bound the ring. */
    void start(Request request) {
        if (!bound && !tryBind()) {
            postpone(request);
        } else {
            begin(request);
        }
    }

    private boolean tryBind() {
        try {
            bind();
            return true;
        } catch (WaitFailure failure) {
            // The next fetch binds again, and reports a failure that lasts.
            return false;
        }
    }

    private void postpone(Request request) {
        UringFlags.set(request, UringFlags.POSTPONED);
        postponed.add(token(request));
    }

    /**
     * Issues a request, for the first time or again. A cancelled request is not issued again: its cancel
     * met what has ended, or missed it, and no other cancel may follow. With a full completion ring
     * the kernel ends a multishot request at each result, so a cancelled request that is issued again
     * each time would never end.
     */
    void begin(Request request) {
        if (request.cancelReason != null) {
            completions.cancelled(request);
        } else if (!postponed.isEmpty() || !issuer.issue(request)) {
            postpone(request);
        }
    }

    /** Puts a poll in the request's place until its call may succeed. */
    void await(Request request) {
        UringFlags.set(request, UringFlags.AWAITING);
        begin(request);
    }

    /** Puts a timeout in the request's place. */
    void pause(Request request) {
        UringFlags.set(request, UringFlags.PAUSED);
        begin(request);
    }

    /** Cancels by token: a descriptor may have another owner when the kernel comes to it. */
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

    /** Handles a completion of the driver's own. */
    void completed(long token, int result, int flags) {
        if (token != WAKEUP) {
            if (result < 0) {
                cancelMissed(token & ~CANCEL);
            }
        } else if (wakeup.ended(flags)) {
            watchWakeups();
        }
    }

    /**
     * Repeats a cancel that did not find its request. Mostly the request had ended; but the kernel also
     * misses one that it is about to retry, and that may then wait without end (seen on Linux 6.18 with
     * a send whose peer had ended its side).
     */
    private void cancelMissed(long token) {
        Request request = slots.find(token);
        int elsewhere = UringFlags.POSTPONED | UringFlags.STARVED | UringFlags.MEMORY_OWED;
        boolean waits =
                request != null
                        && request.state == Request.State.STARTED
                        && !UringFlags.has(request, elsewhere)
                        && (request.cancelReason != null || request.foundReadiness != 0);
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
            long token = postponed.first();
            if (token == WAKEUP) {
                watchWakeups();
            } else if (token < 0) {
                if (!issueCancel(token & ~CANCEL)) {
                    return;
                }
            } else if (!resume(token)) {
                return;
            }
            postponed.remove();
        }
    }

    private boolean resume(long token) {
        Request request = findFlagged(token, UringFlags.POSTPONED);
        if (request == null) {
            return true;
        }
        UringFlags.clear(request, UringFlags.POSTPONED);
        if (issuer.issue(request)) {
            return true;
        }
        UringFlags.set(request, UringFlags.POSTPONED);
        return false;
    }

    // ---- entries -----------------------------------------------------------------------------

    /** Returns a zeroed entry, or {@link SubmissionQueue#FULL} if the kernel takes none now. */
    long entry() {
        long sqe = submissions.next();
        if (sqe == SubmissionQueue.FULL) {
            ring.submit();
            sqe = submissions.next();
        }
        return sqe;
    }

    /** Submits the filled entries now; returns how many the kernel did not take. */
    int submitNow() {
        ring.submit();
        return submissions.pending();
    }

    /** Returns how many filled entries the kernel has not taken. */
    int pendingEntries() {
        return submissions.pending();
    }

    long token(Request request) {
        return slots.token(request);
    }

    /** Returns the request of a token if it has one of the flags, or null, as when it has ended. */
    @Nullable
    Request findFlagged(long token, int flags) {
        Request request = slots.find(token);
        return request != null && UringFlags.has(request, flags) ? request : null;
    }

    // ---- waiting -----------------------------------------------------------------------------

    /** Begins a fetch: the kernel may overwrite the results, and postponed requests come first. */
    void releaseResults() {
        results.release();
        resumePostponed();
    }

    /** Submits and fetches; returns how many results are there. */
    int fetch(long timeoutNanos) {
        int ready = results.ready();
        int toSubmit = submissions.publish();
        boolean wait = timeoutNanos != 0 && ready == 0 && postponed.isEmpty();
        if (wait) {
            submitAndWait(toSubmit, timeoutNanos);
        } else if (toSubmit > 0 || (ready == 0 && submissions.kernelHasWork())) {
            submitAndLook(toSubmit);
        } else {
            return ready;
        }
        return results.ready();
    }

    /** Counts a round of the ring, which brought so many results. */
    void noteRound(int ready) {
        round++;
        resultsOfRound = ready;
    }

    /** Returns the number of the current round. */
    int round() {
        return round;
    }

    int resultsOfRound() {
        return resultsOfRound;
    }

    private void submitAndLook(int toSubmit) {
        int errno = ring.submitAndLook(toSubmit);
        countRefusals(errno);
        if (Ring.isRefusal(errno)) {
            // Requests in the kernel may end and free memory.
            errno = ring.submitAndLook(0);
            countRefusals(errno);
            requireExpected(errno);
            errno = ring.submit();
        }
        requireExpected(errno);
    }

    /**
     * Waits until a result is there or the time is over. A call may end before that: interrupted, or
     * refused, or because the kernel took a part of the entries (then it does not wait).
     */
    private void submitAndWait(int toSubmit, long timeoutNanos) {
        boolean withoutEnd = timeoutNanos < 0;
        long endNanos = withoutEnd ? 0 : System.nanoTime() + timeoutNanos;
        long leftNanos = timeoutNanos;
        int entries = toSubmit;
        while (true) {
            int errno = ring.submitAndWait(entries, leftNanos);
            countRefusals(errno);
            if (Ring.isRefusal(errno)) {
                // Requests in the kernel may end and free memory.
                long bounded = withoutEnd
                        ? REFUSED_WAIT_NANOS
                        : Math.min(leftNanos, REFUSED_WAIT_NANOS);
                errno = ring.submitAndWait(0, bounded);
                countRefusals(errno);
                requireExpected(errno);
                // At once, and not only when the ended ones were handled: others wait for it.
                errno = ring.submit();
            }
            requireExpected(errno);
            leftNanos = withoutEnd ? timeoutNanos : endNanos - System.nanoTime();
            if (results.ready() > 0 || (!withoutEnd && leftNanos <= 0)) {
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

    /** A refusal usually passes; the owner would spin on one that does not. */
    private void countRefusals(int errno) {
        if (!Ring.isRefusal(errno)) {
            refusals = 0;
        } else if (++refusals > MAX_REFUSALS) {
            refusals = 0;
            throw new WaitFailure("io_uring_enter", LinuxErrors.describe(errno));
        }
    }

    boolean hasReadyWork() {
        return results.ready() > 0 || !postponed.isEmpty();
    }

    /** Ends the owner's wait. Any thread may call. */
    void wakeup() {
        wakeup.signal();
    }

    // ---- reporting ---------------------------------------------------------------------------

    /**
     * Issues a request again that ended for a reason which says nothing about its socket, else fails it.
     * EINTR: a signal came. ECANCELED without a cancel of ours: the thread that submitted it has ended,
     * as the carrier of a virtual thread may. EAGAIN: there was no room, or an old kernel does not wait
     * on a non-blocking socket.
     */
    void retryOrFail(Request request, int errno) {
        if (request.cancelReason != null) {
            fail(request, errno);
        } else if (errno == Errno.EINTR || errno == Errno.ECANCELED) {
            begin(request);
        } else if (errno == Errno.EAGAIN) {
            await(request);
        } else {
            fail(request, errno);
        }
    }

    /** Ends a request with the kernel's code; after our cancel, the cancel was the cause. */
    void fail(Request request, int errno) {
        boolean endedByCancel =
                errno == Errno.ECANCELED
                        || errno == Errno.EINTR
                        || errno == Errno.EAGAIN
                        || errno == Errno.ENOBUFS;
        if (endedByCancel && request.cancelReason != null) {
            completions.cancelled(request);
        } else {
            completions.complete(
                    request, LinuxErrors.outcomeOf(request, errno), request.progress(), errno);
        }
    }

    // ---- the end -----------------------------------------------------------------------------

    void close() {
        ring.close();
        wakeup.close();
        arena.close();
    }

    /**
     * Closes the ring although requests may be in it.
     *
     * @return false if the kernel may still use their memory
     */
    boolean closeFailed() {
        if (!bound) {
            close();
            return true;
        }
        ring.closeFailed();
        wakeup.close();
        return false;
    }
}
