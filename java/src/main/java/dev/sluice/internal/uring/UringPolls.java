package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxReadiness;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Readiness: a poll of the kernel that ends once and looks at the state of now when it begins.
 *
 * <p>The kernel adds the peer's end (POLLRDHUP) to every poll. It would end a wait for room to send
 * again and again; so after it the poll is a multishot one, which reports changes only, and is cancelled
 * once it has found what the request waits for. Before Linux 5.13, which has none, a pause comes before
 * the next poll.
 */
final class UringPolls {
    /** The result of {@link #awaited} while the wait is not over. */
    static final int NOT_YET = 0;

    /** In {@link Request#foundReadiness} of another request than a POLL: its wait is over. */
    private static final byte FOUND = 1;

    private final UringDriver driver;
    private final Completions completions;

    UringPolls(UringDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    // ---- polls in the place of other requests --------------------------------------------------

    boolean issueAwait(UringChannel channel, Request request) {
        boolean sends = request.kind.queue == OperationQueue.SENDS;
        int events = sends ? EpollConstants.POLLOUT : EpollConstants.POLLIN;
        return issue(channel, request, events, isMultishot(request));
    }

    /**
     * Returns what a poll in the place of a request found. The peer's end alone makes no room to send.
     *
     * @return a positive number, the negative code with which the poll failed, or {@link #NOT_YET}
     */
    int awaited(Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        boolean found = request.foundReadiness != 0;
        if (more && found) {
            return NOT_YET;
        }
        int answer = result;
        if (found) {
            // The poll ended, by our own cancel or by that of the request.
            answer = request.cancelReason == null ? FOUND : -Errno.ECANCELED;
        }
        boolean useful = answer < 0 || (answer & ~EpollConstants.POLLRDHUP) != 0;
        if (useful && !more) {
            // Once the peer has ended its side, the next wait is a multishot one as well.
            request.foundReadiness = 0;
            return answer;
        }
        if (useful) {
            request.foundReadiness = FOUND;
            driver.cancelInKernel(driver.token(request));
        } else if (!more) {
            pollAfterTheEnd(request);
        }
        return NOT_YET;
    }

    // ---- POLL --------------------------------------------------------------------------------

    boolean issue(UringChannel channel, Request poll) {
        int events = LinuxReadiness.eventsOf(poll.argument);
        if (poll.multishot && !driver.features.multishotPoll()) {
            completions.complete(poll, Outcome.UNSUPPORTED, 0, 0);
            return true;
        }
        if (poll.multishot) {
            // Only of changes: a poll that ends once would end with urgent data again and again.
            events |= EpollConstants.POLLPRI;
        }
        return issue(channel, poll, events, poll.multishot || isMultishot(poll));
    }

    void completed(Request poll, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        int found = poll.foundReadiness;
        if (found != 0) {
            if (!more) {
                completions.ready(poll, found);
            }
        } else if (result < 0) {
            driver.retryOrFail(poll, -result);
        } else {
            found(poll, result, more);
        }
    }

    private void found(Request poll, int events, boolean more) {
        int ready = LinuxReadiness.of(events, poll.argument);
        boolean satisfied = LinuxReadiness.satisfies(ready, poll.argument);
        if (poll.multishot) {
            if (satisfied) {
                completions.ready(poll, ready);
            }
            if (!more) {
                // The kernel ended it, as with a full queue: the next one looks at the state again.
                driver.begin(poll);
            }
        } else if (satisfied && !more) {
            completions.ready(poll, ready);
        } else if (satisfied) {
            poll.foundReadiness = (byte) ready;
            driver.cancelInKernel(driver.token(poll));
        } else if (!more) {
            pollAfterTheEnd(poll);
        }
    }

    /** Continues a wait that found the peer's end alone, which each poll will find. */
    private void pollAfterTheEnd(Request request) {
        if (driver.features.multishotPoll()) {
            UringFlags.set(request, UringFlags.MULTISHOT_POLL);
            driver.begin(request);
        } else {
            UringFlags.clear(request, UringFlags.AWAITING);
            driver.pause(request);
        }
    }

    private static boolean isMultishot(Request request) {
        return UringFlags.has(request, UringFlags.MULTISHOT_POLL);
    }

    private boolean issue(UringChannel channel, Request request, int events, boolean multishot) {
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int how = multishot ? UringConstants.IORING_POLL_ADD_MULTI : 0;
        int opcode = UringConstants.IORING_OP_POLL_ADD;
        Sqe.fill(sqe, opcode, channel.fd(), 0, how, driver.token(request));
        Sqe.operationFlags(sqe, events);
        return true;
    }
}
