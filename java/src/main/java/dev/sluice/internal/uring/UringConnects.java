package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;

/** Connects and disconnects. Only a connect of TCP takes time; the others end in their call. */
final class UringConnects {
    private final UringDriver driver;
    private final UringSockets sockets;
    private final Completions completions;
    private final Scratch scratch;

    UringConnects(UringDriver driver, Scratch scratch) {
        this.driver = driver;
        this.sockets = driver.sockets;
        this.completions = driver.completions;
        this.scratch = scratch;
    }

    boolean issue(UringChannel channel, Request request) {
        int errno = UringDatagrams.errnoOf(channel, request.peer());
        if (errno != 0) {
            driver.fail(request, errno);
            return true;
        }
        if (channel.family == RawAddress.UNIX || !channel.stream) {
            connectNow(channel, request);
            return true;
        }
        long address = scratch.take(LinuxSockaddr.MAX_SIZE);
        long sqe = address == 0 ? SubmissionQueue.FULL : driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int length = LinuxSockaddr.encode(request.peer(), channel.family, address);
        int opcode = UringConstants.IORING_OP_CONNECT;
        Sqe.fill(sqe, opcode, channel.fd(), address, 0, driver.token(request));
        // The length of the address is in the field of the offset.
        Sqe.offset(sqe, length);
        // The SYN goes out now and not at the next wait: others may wait for the connection.
        driver.submitNow();
        return true;
    }

    private void connectNow(UringChannel channel, Request request) {
        int length = sockets.encodePeer(channel, request.peer());
        sockets.calls.addTry();
        int result =
                Libc.connect(
                        sockets.callState().segment(), channel.fd(), sockets.address(), length);
        int errno = result == 0 ? 0 : sockets.callState().errno();
        boolean full = errno == Errno.EAGAIN && channel.family == RawAddress.UNIX;
        if (errno == 0) {
            completions.complete(request, Outcome.OK, 0, 0);
        } else if (full && request.cancelReason == null) {
            // The listener's backlog is full, and no poll reports room in it.
            driver.pause(request);
        } else {
            driver.fail(request, errno);
        }
    }

    void completed(Request request, int result) {
        boolean interrupted = result == -Errno.ECANCELED || result == -Errno.EINTR;
        if (result == 0) {
            completions.complete(request, Outcome.OK, 0, 0);
        } else if (interrupted && request.cancelReason == null) {
            // The kernel still connects; a second connect would only report that.
            driver.await(request);
        } else {
            driver.fail(request, -result);
        }
    }

    /** Completes a connect after a poll in its place. */
    void writable(UringChannel channel, Request request) {
        int errno = sockets.takeError(channel);
        if (errno != 0) {
            driver.fail(request, errno);
        } else if (sockets.isConnected(channel)) {
            completions.complete(request, Outcome.OK, 0, 0);
        } else {
            driver.await(request);
        }
    }

    boolean disconnect(UringChannel channel, Request request) {
        int errno = channel.stream ? Errno.EOPNOTSUPP : sockets.dissolve(channel);
        if (errno != 0) {
            driver.fail(request, errno);
        } else {
            completions.complete(request, Outcome.OK, 0, 0);
        }
        return true;
    }
}
