package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives on streams and datagram sockets. On TCP a receive that did not fill its buffer has
 * emptied the socket: the next one waits for the edge instead of asking in vain.
 */
final class EpollReceives {
    private static final int DISCARD_BYTES = 64 * 1024;

    private final EpollBackend backend;
    private final LinuxSockets sockets;
    private final MemorySegment capture;
    private final Completions completions;
    private final BufferPool pool;

    /** Where discarded bytes go; made when a first stream is drained. */
    private long discardAddress;

    private @Nullable Arena discardArena;

    EpollReceives(
            EpollBackend backend, LinuxSockets sockets, Completions completions, BufferPool pool) {
        this.backend = backend;
        this.sockets = sockets;
        this.capture = sockets.callState().segment();
        this.completions = completions;
        this.pool = pool;
    }

    void receive(EpollChannel channel, Request request) {
        while (channel.mayReceive) {
            if (!completions.hasRoom()) {
                backend.defer(channel);
                return;
            }
            if (!backend.takeTurn(channel)) {
                return;
            }
            boolean ended =
                    request.pooled
                            ? receivePooled(channel, request)
                            : receiveInto(channel, request, addressOf(request), null);
            if (ended) {
                return;
            }
        }
        awaitEdge(channel, request);
    }

    private boolean receivePooled(EpollChannel channel, Request request) {
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return true;
        }
        return receiveInto(channel, request, buffer.address, buffer);
    }

    private long addressOf(Request request) {
        if (!request.discard) {
            return request.address();
        }
        if (discardArena == null) {
            discardArena = Arena.ofAuto();
            discardAddress = discardArena.allocate(DISCARD_BYTES).address();
        }
        request.memory(request.address(), DISCARD_BYTES);
        return discardAddress;
    }

    /** One call; true when it ended the request, false to look at the channel again. */
    private boolean receiveInto(
            EpollChannel channel, Request request, long address, @Nullable PoolBuffer buffer) {
        long length = buffer == null ? request.length() : buffer.capacity;
        int flags = channel.stream ? 0 : SocketConstants.MSG_TRUNC;
        long received = Libc.recv(capture, channel.fd(), address, length, flags);
        if (received > 0 || (received == 0 && !channel.stream)) {
            if (channel.isEmptiedBy(received, length)) {
                channel.mayReceive = false;
            }
            // MSG_TRUNC answers the length of the datagram, also of what was cut off.
            request.cut = received > length;
            return deliver(request, Math.min(received, length), buffer);
        }
        if (buffer != null) {
            pool.release(buffer);
        }
        if (received == 0) {
            Outcome outcome = sockets.endOfStream(channel);
            completions.complete(request, outcome, 0, 0);
            return true;
        }
        return failed(channel, request);
    }

    private boolean deliver(Request request, long bytes, @Nullable PoolBuffer buffer) {
        if (request.multishot) {
            completions.event(request, bytes, buffer, null);
            return false;
        }
        request.payload(buffer);
        completions.complete(request, Outcome.OK, bytes, 0);
        return true;
    }

    private boolean failed(EpollChannel channel, Request request) {
        int errno = sockets.callState().errno();
        if (errno == Errno.EAGAIN) {
            channel.mayReceive = false;
            return false;
        }
        if (errno == Errno.EINTR) {
            return false;
        }
        Outcome outcome = LinuxErrors.outcomeOf(RequestKind.RECEIVE, errno);
        completions.complete(request, outcome, 0, errno);
        return true;
    }

    void receiveFrom(EpollChannel channel, Request request) {
        while (channel.mayReceive) {
            if (!backend.takeTurn(channel)) {
                return;
            }
            long address = sockets.address();
            long lengthAddress = sockets.addressLength();
            Memory.setInt(lengthAddress, LinuxSockaddr.MAX_SIZE);
            long received =
                    Libc.recvfrom(
                            capture,
                            channel.fd(),
                            request.address(),
                            request.length(),
                            SocketConstants.MSG_TRUNC,
                            address,
                            lengthAddress);
            if (received >= 0) {
                request.cut = received > request.length();
                LinuxSockaddr.decode(address, Memory.getInt(lengthAddress), request.peer());
                long bytes = Math.min(received, request.length());
                completions.complete(request, Outcome.OK, bytes, 0);
                return;
            }
            if (failed(channel, request)) {
                return;
            }
        }
        awaitEdge(channel, request);
    }

    private void awaitEdge(EpollChannel channel, Request request) {
        int errno = backend.awaitEdge(channel);
        if (errno != 0) {
            completions.complete(request, LinuxErrors.outcomeOf(errno), 0, errno);
        }
    }
}
