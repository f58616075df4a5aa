package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.linux.MessageHeader;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends. A send that the kernel took in part filled the socket's queue: the rest waits for the edge
 * and saves a call.
 */
final class EpollSends {
    private final EpollDriver driver;
    private final MemorySegment capture;
    private final Completions completions;

    /** One msghdr with its iovecs, from the first vectored send on. */
    private @Nullable MemorySegment message;

    private int messagePieces;

    EpollSends(EpollDriver driver) {
        this.driver = driver;
        this.capture = driver.capture;
        this.completions = driver.completions;
    }

    /** Starts a request, or resumes it. */
    void start(EpollChannel channel, Request request) {
        if (request.isSegmented()) {
            startSegmented(channel, request);
            return;
        }
        while (channel.maySend) {
            long left = request.length() - request.progress();
            long address = request.address() + request.progress();
            driver.sockets.calls.addTry();
            long sent =
                    Libc.send(capture, channel.fd(), address, left, SocketConstants.MSG_NOSIGNAL);
            if (ended(channel, request, sent, left)) {
                return;
            }
        }
        driver.parkForRoom(channel, request);
    }

    /** Starts a request of several datagrams, or resumes it. */
    private void startSegmented(EpollChannel channel, Request request) {
        int refusal = driver.sockets.segmentErrno(channel);
        if (refusal != 0) {
            driver.fail(request, refusal);
            return;
        }
        while (channel.maySend) {
            long sent = driver.sockets.sendWithControl(channel, request);
            if (ended(channel, request, sent, request.length())) {
                return;
            }
        }
        driver.parkForRoom(channel, request);
    }

    /** Starts a request of several pieces, or resumes it. */
    void startVectored(EpollChannel channel, Request request) {
        while (channel.maySend) {
            long left = request.length() - request.progress();
            long header = encode(request.vector(), request.progress());
            driver.sockets.calls.addTry();
            long sent =
                    Libc.sendmsg(capture, channel.fd(), header, SocketConstants.MSG_NOSIGNAL);
            if (ended(channel, request, sent, left)) {
                return;
            }
        }
        driver.parkForRoom(channel, request);
    }

    /** Notes the result of one call; returns true if it ended the request. */
    private boolean ended(EpollChannel channel, Request request, long sent, long left) {
        if (sent == left) {
            completions.complete(request, Outcome.OK, request.length(), 0);
            return true;
        }
        if (sent >= 0) {
            request.progress(request.progress() + sent);
            channel.maySend = false;
            return false;
        }
        int errno = driver.callState.errno();
        if (errno == Errno.EAGAIN) {
            channel.maySend = false;
        } else if (errno != Errno.EINTR) {
            driver.fail(request, errno);
            return true;
        }
        return false;
    }

    private long encode(BufferVector vector, long skip) {
        MemorySegment present = message;
        if (present == null || vector.count > messagePieces) {
            messagePieces = vector.addresses.length;
            present = Arena.ofAuto().allocate(MessageHeader.bytes(messagePieces), Long.BYTES);
            message = present;
        }
        MessageHeader.write(present.address(), vector, skip);
        return present.address();
    }
}
