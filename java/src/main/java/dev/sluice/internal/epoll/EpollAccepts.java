package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/** Accepts until nothing waits, the request is satisfied, or the listener's turns are used up. */
final class EpollAccepts {
    private final EpollBackend backend;
    private final LinuxSockets sockets;
    private final Completions completions;

    EpollAccepts(EpollBackend backend, LinuxSockets sockets, Completions completions) {
        this.backend = backend;
        this.sockets = sockets;
        this.completions = completions;
    }

    void resume(EpollChannel listener, Request request) {
        while (listener.mayReceive) {
            if (!completions.hasRoom()) {
                backend.defer(listener);
                return;
            }
            if (!request.detached && !completions.canAdopt()) {
                completions.complete(request, Outcome.OUT_OF_DESCRIPTORS, 0, 0);
                return;
            }
            if (!backend.takeTurn(listener)) {
                return;
            }
            int fd = sockets.accept(listener.fd());
            if (fd >= 0) {
                if (deliver(listener, request, fd)) {
                    return;
                }
                continue;
            }
            int errno = sockets.callState().errno();
            if (errno == Errno.EAGAIN) {
                listener.mayReceive = false;
            } else if (!LinuxErrors.isTransientAcceptError(errno)) {
                Outcome outcome = LinuxErrors.outcomeOf(RequestKind.ACCEPT, errno);
                completions.complete(request, outcome, 0, errno);
                return;
            }
        }
        int errno = backend.awaitEdge(listener);
        if (errno != 0) {
            completions.complete(request, LinuxErrors.outcomeOf(errno), 0, errno);
        }
    }

    /** Hands the connection over; true when that ended the request. */
    private boolean deliver(EpollChannel listener, Request request, int fd) {
        EpollChannel accepted = backend.accepted(listener, fd);
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
}
