package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Accepts. One entry accepts connections until it is cancelled or fails; those that arrive when the
 * port has no room stay with the listener for its next accept, so that none is lost.
 */
final class UringAccepts {
    private final UringDriver driver;
    private final Completions completions;

    UringAccepts(UringDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    boolean issue(UringChannel listener, Request request) {
        while (listener.hasArrived() && completions.mayAccept(request) && completions.hasRoom()) {
            if (deliver(listener, request, listener.removeArrived())) {
                return true;
            }
        }
        if (!completions.mayAccept(request)) {
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

    void completed(UringChannel listener, Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        if (result < 0) {
            assert !more : "a failed accept continues";
            failed(request, -result);
            return;
        }
        if (listener.hasArrived() || !completions.mayAccept(request)) {
            listener.addArrived(result);
            stop(request, more);
        } else if (deliver(listener, request, result)) {
            return;
        }
        if (!more) {
            // The kernel stopped without a failure: its queue was full, or it accepts one at a time.
            UringFlags.clear(request, UringFlags.NO_ROOM);
            driver.begin(request);
        }
    }

    private boolean deliver(UringChannel listener, Request request, int fd) {
        return completions.accepted(request, driver.sockets.acceptedBy(listener, fd));
    }

    /** Cancels the accept in the kernel, since the port has no room. */
    private void stop(Request request, boolean more) {
        boolean stopping = UringFlags.has(request, UringFlags.NO_ROOM);
        if (more && !stopping && request.cancelReason == null) {
            UringFlags.set(request, UringFlags.NO_ROOM);
            driver.cancelInKernel(driver.token(request));
        }
    }

    private void failed(Request request, int errno) {
        boolean stopped =
                UringFlags.has(request, UringFlags.NO_ROOM) && errno == Errno.ECANCELED;
        UringFlags.clear(request, UringFlags.NO_ROOM);
        boolean retry = stopped || LinuxErrors.isTransientAcceptError(errno);
        if (retry && request.cancelReason == null) {
            driver.begin(request);
        } else {
            driver.retryOrFail(request, errno);
        }
    }
}
