package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** Accepts until no connection waits, the request ended, or the listener has no turns left. */
final class EpollAccepts {
    private final EpollDriver driver;
    private final EpollSockets sockets;
    private final Completions completions;

    EpollAccepts(EpollDriver driver) {
        this.driver = driver;
        this.sockets = driver.sockets;
        this.completions = driver.completions;
    }

    /** Starts a request, or resumes it. */
    void start(EpollChannel listener, Request request) {
        while (listener.mayReceive) {
            if (!completions.hasRoom()) {
                driver.turns.defer(listener);
                return;
            }
            if (!completions.mayAccept(request)) {
                completions.complete(request, Outcome.OUT_OF_DESCRIPTORS, 0, 0);
                return;
            }
            if (!driver.turns.take(listener)) {
                return;
            }
            int fd = sockets.accept(listener.fd());
            if (fd < 0) {
                int errno = driver.callState.errno();
                if (errno == Errno.EAGAIN) {
                    listener.mayReceive = false;
                } else if (!LinuxErrors.isTransientAcceptError(errno)) {
                    driver.fail(request, errno);
                    return;
                }
            } else if (completions.accepted(request, sockets.acceptedBy(listener, fd))) {
                return;
            }
        }
        driver.park(listener, request);
    }
}
