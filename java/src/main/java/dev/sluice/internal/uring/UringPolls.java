package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxReadiness;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Readiness: a poll of the kernel that ends once, and looks at the state of now when it begins.
 *
 * <p>The kernel adds the peer's end (POLLRDHUP) to every poll. It would end a wait for room to send
 * again and again; so after it the poll is one that goes on, which tells of changes only.
 */
final class UringPolls {
    /** {@link Request#backendState}: the kernel's poll goes on after an event. */
    private static final int GOES_ON = 64;

    /** {@link Request#backendState}: what was found, while the poll that goes on is cancelled. */
    private static final int FOUND_SHIFT = 8;

    private static final int FOUND = -1 << FOUND_SHIFT;

    /** The answer of {@link #awaited} while the wait is not over. */
    static final int NOT_YET = 0;

    private final RingDriver driver;
    private final Completions completions;

    UringPolls(RingDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    boolean issue(UringChannel channel, Request request) {
        boolean goesOn = request.multishot || (request.backendState & GOES_ON) != 0;
        int how = goesOn ? UringConstants.IORING_POLL_ADD_MULTI : 0;
        int events = LinuxReadiness.eventsOf(request.argument);
        if (request.multishot) {
            // Of changes alone: a poll that ends once would end with it again and again.
            events |= EpollConstants.POLLPRI;
        }
        return add(channel, request, events, how);
    }

    /** A poll in the place of a request that cannot go on now. */
    boolean issueAwait(UringChannel channel, Request request) {
        boolean goesOn = (request.backendState & GOES_ON) != 0;
        int how = goesOn ? UringConstants.IORING_POLL_ADD_MULTI : 0;
        return add(channel, request, RingDriver.awaitedEvents(request), how);
    }

    /**
     * What a poll in the place of a request tells. The peer's end alone makes no room to send.
     *
     * @return the events, the negative code with which the poll failed, or {@link #NOT_YET}
     */
    int awaited(Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        int found = request.backendState >>> FOUND_SHIFT;
        if (more && found != 0) {
            return NOT_YET;
        }
        int answer = result;
        if (found != 0) {
            // The end of the poll, by our own cancel or by one that came besides.
            answer = request.cancelReason == null ? found : -Errno.ECANCELED;
        }
        boolean useful = answer < 0 || (answer & ~EpollConstants.POLLRDHUP) != 0;
        if (useful && !more) {
            // Once the peer has ended its side, the next wait is of the same kind.
            request.backendState &= ~FOUND;
            return answer;
        }
        if (useful) {
            request.backendState |= answer << FOUND_SHIFT;
            driver.cancelInKernel(driver.token(request));
        } else if (!more) {
            request.backendState |= GOES_ON;
            driver.begin(request);
        }
        return NOT_YET;
    }

    private boolean add(UringChannel channel, Request request, int events, int how) {
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int opcode = UringConstants.IORING_OP_POLL_ADD;
        Sqe.fill(sqe, opcode, channel.fd(), 0, how, driver.token(request));
        Sqe.operationFlags(sqe, events);
        return true;
    }

    /** Whether a poll that goes on has found something and waits for its own end. */
    static boolean isStopping(Request request) {
        return (request.backendState & FOUND) != 0;
    }

    void completed(Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        int found = request.backendState >>> FOUND_SHIFT;
        if (found != 0) {
            if (!more) {
                completions.complete(request, Outcome.OK, found, 0);
            }
        } else if (result < 0) {
            if (!driver.goesOn(request, -result)) {
                driver.fail(request, -result);
            }
        } else {
            look(request, result, more);
        }
    }

    private void look(Request request, int events, boolean more) {
        int ready = LinuxReadiness.of(events, request.argument);
        boolean satisfied = LinuxReadiness.satisfies(ready, request.argument);
        if (request.multishot) {
            if (satisfied) {
                completions.event(request, ready, null, null);
            }
            if (!more) {
                // The kernel ended it, as it may when its queue is full: the next one looks again.
                driver.begin(request);
            }
            return;
        }
        if (satisfied && !more) {
            completions.complete(request, Outcome.OK, ready, 0);
        } else if (satisfied) {
            request.backendState |= ready << FOUND_SHIFT;
            driver.cancelInKernel(driver.token(request));
        } else if (!more) {
            request.backendState |= GOES_ON;
            driver.begin(request);
        }
    }
}
