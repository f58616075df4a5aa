package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives on streams, and on datagram sockets without the sender's address. On TCP a receive that
 * did not fill its buffer emptied the socket: the next one waits for the edge and saves a call.
 */
final class EpollReceives {
    private static final int DISCARD_BYTES = 64 * 1024;

    private final EpollDriver driver;
    private final MemorySegment capture;
    private final Completions completions;
    private final BufferPool pool;

    /** Where discarded bytes go, from the first drained stream on. */
    private @Nullable MemorySegment discarded;

    EpollReceives(EpollDriver driver) {
        this.driver = driver;
        this.capture = driver.capture;
        this.completions = driver.completions;
        this.pool = driver.pool;
    }

    /** Starts a request, or resumes it. */
    void start(EpollChannel channel, Request request) {
        while (channel.mayReceive) {
            if (!completions.hasRoom()) {
                driver.turns.defer(channel);
                return;
            }
            if (!driver.turns.take(channel)) {
                return;
            }
            if (request.pooled ? receivePooled(channel, request) : receiveInto(channel, request)) {
                return;
            }
        }
        driver.park(channel, request);
    }

    /** Makes one call; returns true if it ended the request. */
    private boolean receivePooled(EpollChannel channel, Request request) {
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return true;
        }
        return receive(channel, request, buffer.address, buffer.capacity, buffer);
    }

    private boolean receiveInto(EpollChannel channel, Request request) {
        if (request.discard) {
            return receive(channel, request, discardAddress(), DISCARD_BYTES, null);
        }
        return receive(channel, request, request.address(), request.length(), null);
    }

    private boolean receive(
            EpollChannel channel,
            Request request,
            long address,
            long length,
            @Nullable PoolBuffer buffer) {
        int flags = channel.keepsBorders() ? SocketConstants.MSG_TRUNC : 0;
        long received =
                channel.coalesces
                        ? driver.sockets.receiveSegments(channel, address, length, flags)
                        : recv(channel, address, length, flags);
        if (received > 0 || (received == 0 && !channel.stream)) {
            if (channel.isEmptiedBy(received, length)) {
                channel.mayReceive = false;
            }
            // With MSG_TRUNC the result is the length of the datagram, the truncated bytes included.
            long bytes = Math.min(received, length);
            if (channel.coalesces) {
                bytes = Request.coalesced(bytes, driver.sockets.segmentBytes());
            }
            return completions.received(request, bytes, buffer, received > length);
        }
        if (buffer != null) {
            pool.release(buffer);
        }
        if (received == 0) {
            completions.complete(request, driver.sockets.endOfStream(channel), 0, 0);
            return true;
        }
        return driver.receiveFailed(channel, request);
    }

    private long recv(EpollChannel channel, long address, long length, int flags) {
        driver.sockets.calls.addTry();
        return Libc.recv(capture, channel.fd(), address, length, flags);
    }

    private long discardAddress() {
        MemorySegment present = discarded;
        if (present == null) {
            present = Arena.ofAuto().allocate(DISCARD_BYTES);
            discarded = present;
        }
        return present.address();
    }
}
