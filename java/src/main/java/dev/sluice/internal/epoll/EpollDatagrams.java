package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.linux.DatagramMessage;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.MemorySegment;

/** Datagrams with their addresses. */
final class EpollDatagrams {
    private final EpollDriver driver;
    private final EpollSockets sockets;
    private final MemorySegment capture;
    private final Completions completions;

    EpollDatagrams(EpollDriver driver) {
        this.driver = driver;
        this.sockets = driver.sockets;
        this.capture = driver.capture;
        this.completions = driver.completions;
    }

    /** Starts a RECEIVE_FROM, or resumes it. */
    void startReceive(EpollChannel channel, Request request) {
        if (request.pooled) {
            startPooled(channel, request);
            return;
        }
        while (channel.mayReceive) {
            if (!driver.turns.take(channel)) {
                return;
            }
            if (channel.coalesces || channel.reportsDetails()) {
                if (receiveWithControl(channel, request)) {
                    return;
                }
                continue;
            }
            long address = sockets.address();
            long lengthAddress = sockets.addressLength();
            Memory.setInt(lengthAddress, LinuxSockaddr.MAX_SIZE);
            long length = request.length();
            sockets.calls.addTry();
            long received =
                    Libc.recvfrom(
                            capture,
                            channel.fd(),
                            request.address(),
                            length,
                            SocketConstants.MSG_TRUNC,
                            address,
                            lengthAddress);
            if (received >= 0) {
                LinuxSockaddr.decode(address, Memory.getInt(lengthAddress), request.peer());
                completions.received(
                        request, Math.min(received, length), null, received > length);
                return;
            }
            if (driver.receiveFailed(channel, request)) {
                return;
            }
        }
        driver.park(channel, request);
    }

    private void startPooled(EpollChannel channel, Request request) {
        while (channel.mayReceive) {
            if (!completions.hasRoom()) {
                driver.turns.defer(channel);
                return;
            }
            if (!driver.turns.take(channel)) {
                return;
            }
            PoolBuffer buffer = driver.pool.take();
            if (buffer == null) {
                completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
                return;
            }
            long received =
                    sockets.receiveInto(channel, buffer, SocketConstants.MSG_TRUNC);
            if (received >= 0) {
                if (completions.received(
                        request, sockets.bytesIn(channel, buffer, received), buffer,
                        received > buffer.datagramCapacity())) {
                    return;
                }
                continue;
            }
            driver.pool.release(buffer);
            if (driver.receiveFailed(channel, request)) {
                return;
            }
        }
        driver.park(channel, request);
    }

    /** Makes one call that also asks for control messages; returns true if it ended the request. */
    private boolean receiveWithControl(EpollChannel channel, Request request) {
        long length = request.length();
        long received =
                sockets.receiveWithDetails(channel, request, SocketConstants.MSG_TRUNC);
        if (received < 0) {
            return driver.receiveFailed(channel, request);
        }
        DatagramMessage.decodeName(sockets.message(), request.peer());
        DatagramMessage.decodeDetails(sockets.message(), request.details());
        long bytes = Request.coalesced(Math.min(received, length), sockets.segmentBytes());
        completions.received(request, bytes, null, received > length);
        return true;
    }

    /** Starts a SEND_TO, or resumes it. */
    void startSend(EpollChannel channel, Request request) {
        while (channel.maySend) {
            int length = sockets.encodePeer(channel, request.peer());
            if (length < 0) {
                driver.fail(request, -length);
                return;
            }
            int refusal = request.isSegmented() ? sockets.segmentErrno(channel) : 0;
            if (refusal != 0) {
                driver.fail(request, refusal);
                return;
            }
            long sent =
                    request.sendsControl()
                            ? sockets.sendWithControl(channel, request)
                            : sendTo(channel, request, length);
            if (sent >= 0) {
                completions.complete(request, Outcome.OK, sent, 0);
                return;
            }
            int errno = driver.callState.errno();
            if (errno == Errno.EAGAIN && channel.family == RawAddress.UNIX) {
                driver.stallSend(channel);
                return;
            }
            if (errno == Errno.EAGAIN) {
                channel.maySend = false;
            } else if (errno != Errno.EINTR) {
                driver.fail(request, errno);
                return;
            }
        }
        driver.parkForRoom(channel, request);
    }

    private long sendTo(EpollChannel channel, Request request, int addressBytes) {
        sockets.calls.addTry();
        return Libc.sendto(
                capture,
                channel.fd(),
                request.address(),
                request.length(),
                SocketConstants.MSG_NOSIGNAL,
                sockets.address(),
                addressBytes);
    }
}
