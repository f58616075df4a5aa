package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;

/** Connects. Only TCP takes its time; the others end in the call, so that the ring is not asked. */
final class UringConnects {
    private final RingDriver driver;
    private final LinuxSockets sockets;
    private final Completions completions;
    private final Scratch scratch;

    UringConnects(RingDriver driver, Scratch scratch) {
        this.driver = driver;
        this.sockets = driver.sockets;
        this.completions = driver.completions;
        this.scratch = scratch;
    }

    boolean issue(UringChannel channel, Request request) {
        int refusal = UringDatagrams.refusalOf(channel, request.peer());
        if (refusal != 0) {
            driver.fail(request, refusal);
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
        // The length of the address has the place of the offset.
        Sqe.offset(sqe, length);
        // The peer is asked now and not at the next wait: others may wait for the connection.
        driver.ring.submit();
        return true;
    }

    private void connectNow(UringChannel channel, Request request) {
        int length = sockets.encodePeer(channel, request.peer());
        int result =
                Libc.connect(
                        sockets.callState().segment(), channel.fd(), sockets.address(), length);
        int errno = result == 0 ? 0 : sockets.callState().errno();
        boolean full = errno == Errno.EAGAIN && channel.family == RawAddress.UNIX;
        if (errno == 0) {
            completions.complete(request, Outcome.OK, 0, 0);
        } else if (full && request.cancelReason == null) {
            // The listener's backlog is full. No poll reports room in it.
            request.backendState |= RingDriver.PAUSED;
            driver.begin(request);
        } else {
            driver.fail(request, errno);
        }
    }

    void completed(UringChannel channel, Request request, int result) {
        boolean givenUp = result == -Errno.ECANCELED || result == -Errno.EINTR;
        if (result == 0) {
            completions.complete(request, Outcome.OK, 0, 0);
        } else if (givenUp && request.cancelReason == null) {
            // The connect itself goes on in the kernel; asking again would only say so.
            driver.await(request);
        } else {
            driver.fail(request, -result);
        }
    }

    /** After a wait of ours: how the connect ended. */
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
