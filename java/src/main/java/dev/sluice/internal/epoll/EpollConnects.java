package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;

/** Connects and disconnects. */
final class EpollConnects {
    /** {@link Request#backendFlags}: the listener's backlog was full, so connect(2) is repeated. */
    private static final int REPEAT = 1;

    private final EpollDriver driver;
    private final EpollSockets sockets;
    private final Completions completions;

    EpollConnects(EpollDriver driver) {
        this.driver = driver;
        this.sockets = driver.sockets;
        this.completions = driver.completions;
    }

    void start(EpollChannel channel, Request request) {
        int length = sockets.encodePeer(channel, request.peer());
        if (length < 0) {
            driver.fail(request, -length);
            return;
        }
        sockets.calls.addTry();
        int result = Libc.connect(driver.capture, channel.fd(), sockets.address(), length);
        if (result == 0) {
            connected(channel, request);
            return;
        }
        int errno = driver.callState.errno();
        if (errno == Errno.EAGAIN && channel.family == RawAddress.UNIX) {
            // The listener's backlog is full, and no edge reports room in it.
            request.backendFlags = REPEAT;
            driver.stallConnect(channel);
        } else if (errno != Errno.EINPROGRESS) {
            driver.fail(request, errno);
        } else {
            channel.maySend = false;
            driver.parkForRoom(channel, request);
        }
    }

    /** Resumes a parked connect after an edge or, with a full backlog, after a time. */
    void resume(EpollChannel channel, Request request) {
        if (request.backendFlags == REPEAT) {
            start(channel, request);
            return;
        }
        int errno = sockets.takeError(channel);
        if (errno != 0) {
            driver.fail(request, errno);
        } else if (sockets.isConnected(channel)) {
            connected(channel, request);
        } else {
            // An edge from before the connect: a socket that is not connected counts as hung up.
            channel.maySend = false;
        }
    }

    private void connected(EpollChannel channel, Request request) {
        if (channel.ended) {
            // From before the connect, or of a peer that ended its side: only the kernel knows.
            channel.ended = sockets.hasEnded(channel);
        }
        completions.complete(request, Outcome.OK, 0, 0);
    }

    void disconnect(EpollChannel channel, Request request) {
        int errno = channel.stream ? Errno.EOPNOTSUPP : sockets.dissolve(channel);
        if (errno != 0) {
            driver.fail(request, errno);
        } else {
            completions.complete(request, Outcome.OK, 0, 0);
        }
    }
}
