package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Accepts. One entry of the kernel takes connections until it is cancelled or fails; those that come
 * when the port has no room wait in the listener for its next accept, so that none is lost.
 */
final class UringAccepts {
    private final RingDriver driver;
    private final Completions completions;

    UringAccepts(RingDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    boolean issue(UringChannel listener, Request request) {
        if (deliverWaiting(listener, request)) {
            return true;
        }
        if (!hasRoom(request)) {
            completions.complete(request, Outcome.OUT_OF_DESCRIPTORS, 0, 0);
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int opcode = UringConstants.IORING_OP_ACCEPT;
        Sqe.fill(sqe, opcode, listener.fd(), 0, 0, driver.token(request));
        Sqe.operationFlags(sqe, SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC);
        if (request.multishot && driver.features.multishotAccept()) {
            Sqe.priority(sqe, UringConstants.IORING_ACCEPT_MULTISHOT);
        }
        return true;
    }

    /** Hands over connections that wait; true when that ended the request. */
    private boolean deliverWaiting(UringChannel listener, Request request) {
        while (listener.hasWaiting() && hasRoom(request) && completions.hasRoom()) {
            if (deliver(listener, request, listener.removeWaiting())) {
                return true;
            }
        }
        return false;
    }

    private boolean hasRoom(Request request) {
        return request.detached || completions.canAdopt();
    }

    void completed(UringChannel listener, Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        if (result < 0) {
            assert !more : "a failed accept goes on";
            ended(request, -result);
            return;
        }
        if (listener.hasWaiting() || !hasRoom(request)) {
            listener.addWaiting(result);
            stop(request, more);
        } else if (deliver(listener, request, result)) {
            return;
        }
        if (!more) {
            resume(request);
        }
    }

    /** Hands the connection over; true when that ended the request. */
    private boolean deliver(UringChannel listener, Request request, int fd) {
        UringChannel accepted = new UringChannel(listener.family, true, fd);
        accepted.lingerSeconds = listener.lingerSeconds;
        if (!request.detached) {
            completions.adopt(accepted);
        }
        if (request.multishot) {
            completions.event(request, 0, null, accepted);
            return false;
        }
        request.payload(accepted);
        completions.complete(request, Outcome.OK, 0, 0);
        return true;
    }

    /** Ends the kernel's accepting, as no room is left. */
    private void stop(Request request, boolean more) {
        boolean asked = (request.backendState & RingDriver.NO_ROOM) != 0;
        if (more && !asked && request.cancelReason == null) {
            request.backendState |= RingDriver.NO_ROOM;
            driver.cancelInKernel(driver.token(request));
        }
    }

    /** The kernel stopped without a failure: its queue was full, or it takes one at a time. */
    private void resume(Request request) {
        request.backendState &= ~RingDriver.NO_ROOM;
        driver.begin(request);
    }

    private void ended(Request request, int errno) {
        boolean stopped = (request.backendState & RingDriver.NO_ROOM) != 0;
        request.backendState &= ~RingDriver.NO_ROOM;
        boolean again = stopped && errno == Errno.ECANCELED;
        if (request.cancelReason == null && (again || LinuxErrors.isTransientAcceptError(errno))) {
            driver.begin(request);
        } else if (!driver.goesOn(request, errno)) {
            driver.fail(request, errno);
        }
    }
}
