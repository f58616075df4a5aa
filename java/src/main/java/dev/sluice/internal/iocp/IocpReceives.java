package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Receives on streams, and on datagram sockets without the sender's address. Into the request's own
 * memory it is one overlapped call. A pooled receive waits with an empty receive until something
 * has arrived. Only then it takes a buffer, which a non-blocking call fills. On a datagram socket
 * the empty receive peeks, since otherwise it would remove the datagram.
 */
final class IocpReceives {
    private static final int DISCARD_BYTES = 64 * 1024;

    private final IocpDriver driver;
    private final Completions completions;
    private final BufferPool pool;

    /** The memory for discarded bytes of all sockets, from the first drained stream on. */
    private long discardAddress;

    IocpReceives(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
        this.pool = driver.pool;
    }

    /** Starts a request, or resumes it. */
    void start(IocpChannel channel, Request request) {
        int error = driver.attachForReceive(channel);
        if (error != 0) {
            driver.fail(channel, request, error);
        } else if (request.pooled) {
            receivePooled(channel, request);
        } else if (driver.turns.take(channel)) {
            receiveInto(channel, request);
        }
    }

    /** Handles the packet of a request. */
    void completed(
            IocpChannel channel,
            Request request,
            OverlappedOperation operation,
            int error,
            long bytes) {
        int segmentBytes =
                operation.hasMessage ? IocpSegments.segmentBytesOf(operation) : 0;
        driver.operations.finish(operation);
        if (request.pooled) {
            peeked(channel, request, error);
        } else {
            driver.receiveEnded(channel, request, error, bytes, segmentBytes);
        }
    }

    // ---- into the request's memory ---------------------------------------------------------------

    private void receiveInto(IocpChannel channel, Request request) {
        long address = request.discard ? discardAddress() : request.address();
        int length =
                request.discard ? DISCARD_BYTES : WindowsTryCalls.clipped(request.length());
        channel.readable = false;
        channel.peekError = 0;
        OverlappedOperation operation = driver.operations.begin(request);
        int result =
                channel.coalesces
                        ? driver.segments.receive(channel, operation, address, length)
                        : receive(channel, operation, address, length, 0);
        int launched = driver.receiveLaunched(channel, operation, result);
        if (launched != IocpDriver.PENDING) {
            long bytes = launched == 0 ? driver.countValue() : 0;
            driver.receiveEnded(channel, request, launched, bytes, 0);
        }
    }

    private int receive(
            IocpChannel channel,
            OverlappedOperation operation,
            long address,
            int length,
            int flags) {
        driver.sockets.calls.addSubmission();
        return Ws2.WSARecv(
                driver.capture,
                channel.handle,
                driver.buffer(address, length),
                1,
                driver.count(),
                driver.flags(flags),
                operation.overlapped,
                0);
    }

    private long discardAddress() {
        if (discardAddress == 0) {
            discardAddress = driver.arena.allocate(DISCARD_BYTES).address();
        }
        return discardAddress;
    }

    // ---- into the pool -------------------------------------------------------------------------

    private void receivePooled(IocpChannel channel, Request request) {
        int error = driver.sockets.ensureNonBlocking(channel);
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        boolean going = true;
        while (going) {
            going = channel.readable
                    ? takeReadable(channel, request)
                    : awaitReadable(channel, request);
        }
    }

    /** Peeks without a buffer; returns true if something has arrived. */
    private boolean awaitReadable(IocpChannel channel, Request request) {
        OverlappedOperation operation = driver.operations.begin(request);
        int flags = channel.stream ? 0 : WinsockConstants.MSG_PEEK;
        int result = receive(channel, operation, 0, 0, flags);
        int error = driver.receiveLaunched(channel, operation, result);
        return error != IocpDriver.PENDING && looked(channel, request, error);
    }

    /** Notes the result of an empty receive; returns false if it ended the request. */
    private boolean looked(IocpChannel channel, Request request, int error) {
        if (error != 0 && !isForAReceive(channel.stream, error)) {
            driver.fail(channel, request, error);
            return false;
        }
        channel.readable = true;
        channel.peekError = error == WinError.WSAEMSGSIZE ? 0 : error;
        return true;
    }

    /**
     * Returns true if a receive has to follow an empty one that failed. On datagram sockets an empty
     * receive only peeks: it removes neither the datagram (WSAEMSGSIZE) nor the error of one that did
     * not arrive (WSAECONNRESET), with which each later peek would fail again.
     */
    static boolean isForAReceive(boolean stream, int error) {
        return !stream && error != WinError.ERROR_OPERATION_ABORTED;
    }

    private static boolean isTruncated(IocpChannel channel, int error) {
        return !channel.stream && error == WinError.WSAEMSGSIZE;
    }

    private void peeked(IocpChannel channel, Request request, int error) {
        if (!looked(channel, request, error)) {
            return;
        }
        if (request.multishot && request.cancelReason != null) {
            completions.cancelled(request); // what has arrived stays in the socket
            return;
        }
        receivePooled(channel, request);
    }

    /** Receives without blocking; returns false if the request ended or has no turn left. */
    private boolean takeReadable(IocpChannel channel, Request request) {
        if (!completions.hasRoom()) {
            driver.turns.defer(channel);
            return false;
        }
        if (!driver.turns.take(channel)) {
            return false;
        }
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return false;
        }
        boolean named = request.kind == RequestKind.RECEIVE_FROM;
        int capacity = named ? buffer.datagramCapacity() : buffer.capacity;
        int received = receiveNow(channel, buffer, named);
        if (received > 0 || (received == 0 && !channel.stream)) {
            // A stream that did not fill the buffer is empty, or at its end: the next peek reports it.
            channel.readable = !channel.stream || received == capacity;
            channel.peekError = 0;
            return !completions.received(request, brought(channel, received), buffer, false);
        }
        int error = received == 0 ? 0 : driver.sockets.callState().wsaGetLastError();
        if (isTruncated(channel, error)) {
            channel.peekError = 0;
            return !completions.received(request, brought(channel, capacity), buffer, true);
        }
        pool.release(buffer);
        if (received == 0) {
            completions.complete(request, Outcome.EOF, 0, 0);
            return false;
        }
        if (error == WinError.WSAEWOULDBLOCK) {
            return foundNothing(channel, request);
        }
        channel.peekError = 0;
        driver.fail(channel, request, error);
        return false;
    }

    /** Receives without blocking, a datagram that is named with its sender, behind the headroom. */
    private int receiveNow(IocpChannel channel, PoolBuffer buffer, boolean named) {
        if (named) {
            return driver.sockets.receiveInto(channel, buffer);
        }
        if (channel.coalesces) {
            return driver.sockets.receiveSegments(channel, buffer.address, buffer.capacity);
        }
        driver.sockets.calls.addTry();
        return Ws2.recv(
                driver.capture, channel.handle, buffer.address, buffer.capacity, 0);
    }

    private long brought(IocpChannel channel, int bytes) {
        return channel.coalesces
                ? Request.coalesced(bytes, driver.sockets.segmentBytes())
                : bytes;
    }

    /** Notes that nothing has arrived; returns true if the request waits for more. */
    private boolean foundNothing(IocpChannel channel, Request request) {
        channel.readable = false;
        if (request.cancelReason != null) {
            completions.cancelled(request);
            return false;
        }
        int peekError = channel.peekError;
        if (peekError != 0) {
            // This version of Windows did remove the error with the peek.
            channel.peekError = 0;
            driver.fail(channel, request, peekError);
            return false;
        }
        return true;
    }
}
