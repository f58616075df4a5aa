package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Receives on streams and datagram sockets. Into the user's memory it is one overlapped call. For the
 * pool an empty receive waits until something is there, and only then a buffer is taken and filled by
 * a call that does not wait; on a datagram socket the empty receive peeks, or it would take the
 * datagram away.
 */
final class IocpReceives {
    private static final int DISCARD_BYTES = 64 * 1024;

    private final IocpBackend backend;
    private final IocpTransfers transfers;
    private final Completions completions;
    private final BufferPool pool;
    private final Arena arena;

    /** Where discarded bytes go, of all sockets at once; made when a first stream is drained. */
    private long discardAddress;

    /** The arena must live as long as operations may be with the kernel. */
    IocpReceives(IocpBackend backend, IocpTransfers transfers, BufferPool pool, Arena arena) {
        this.backend = backend;
        this.transfers = transfers;
        this.completions = transfers.completions;
        this.pool = pool;
        this.arena = arena;
    }

    /** Starts a request, or goes on with one that used up its turns. */
    void resume(IocpChannel channel, Request request) {
        int error = transfers.attach(channel);
        if (error == 0 && !channel.stream) {
            error = transfers.sockets.ensureBound(channel); // it would be WSAEINVAL
        }
        if (error != 0) {
            transfers.fail(channel, request, error);
        } else if (request.pooled) {
            receivePooled(channel, request);
        } else if (backend.takeTurn(channel)) {
            receiveInto(channel, request);
        }
    }

    /** A packet of a request came. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error,
            long bytes) {
        if (request.pooled) {
            transfers.finish(request, operation);
            peeked(channel, request, error);
            return;
        }
        if (request.kind == RequestKind.RECEIVE_FROM) {
            noteSource(request, operation, error);
        }
        transfers.finish(request, operation);
        ended(channel, request, error, bytes);
    }

    // ---- into the user's memory ------------------------------------------------------------------

    private void receiveInto(IocpChannel channel, Request request) {
        long address = request.discard ? discardAddress() : request.address();
        int length =
                request.discard ? DISCARD_BYTES : WindowsSockets.clipped(request.length());
        channel.readable = false;
        channel.peekError = 0;
        OverlappedOperation operation = transfers.begin(request);
        // A datagram always has its packet, which brings its sender.
        int result = request.kind == RequestKind.RECEIVE_FROM
                ? receiveFrom(channel, operation, address, length)
                : receive(channel, operation, address, length, 0);
        int launched = transfers.receiveLaunched(channel, request, operation, result);
        if (launched != IocpTransfers.PENDING) {
            ended(channel, request, launched, launched == 0 ? transfers.countValue() : 0);
        }
    }

    private int receive(IocpChannel channel, OverlappedOperation operation, long address,
            int length, int flags) {
        return Ws2.WSARecv(
                transfers.capture,
                channel.handle,
                transfers.buffer(address, length),
                1,
                transfers.count(),
                transfers.flags(flags),
                operation.overlapped,
                0);
    }

    private int receiveFrom(IocpChannel channel, OverlappedOperation operation, long address,
            int length) {
        Memory.setInt(operation.length(), WindowsSockaddr.INET_SIZE);
        return Ws2.WSARecvFrom(
                transfers.capture,
                channel.handle,
                transfers.buffer(address, length),
                1,
                transfers.count(),
                transfers.flags(0),
                operation.extra(),
                operation.length(),
                operation.overlapped,
                0);
    }

    private static void noteSource(Request request, OverlappedOperation operation, int error) {
        if (error == 0 || error == WinError.WSAEMSGSIZE) {
            int length = Memory.getInt(operation.length());
            WindowsSockaddr.decode(operation.extra(), length, request.peer());
        }
    }

    private void ended(IocpChannel channel, Request request, int error, long bytes) {
        if (error == WinError.WSAEMSGSIZE && !channel.stream) {
            request.cut = true;
            completions.complete(request, Outcome.OK, Math.min(bytes, request.length()), 0);
        } else if (error != 0) {
            transfers.fail(channel, request, error);
        } else if (bytes == 0 && channel.stream) {
            completions.complete(request, Outcome.EOF, 0, 0);
        } else {
            request.cut = false;
            completions.complete(request, Outcome.OK, bytes, 0);
        }
    }

    private long discardAddress() {
        if (discardAddress == 0) {
            discardAddress = arena.allocate(DISCARD_BYTES).address();
        }
        return discardAddress;
    }

    // ---- into the pool -------------------------------------------------------------------------

    private void receivePooled(IocpChannel channel, Request request) {
        int error = transfers.sockets.ensureNonBlocking(channel);
        if (error != 0) {
            transfers.fail(channel, request, error);
            return;
        }
        boolean going = true;
        while (going) {
            going = channel.readable
                    ? takeReadable(channel, request)
                    : awaitReadable(channel, request);
        }
    }

    /** One look without a buffer; true when something is there now. */
    private boolean awaitReadable(IocpChannel channel, Request request) {
        OverlappedOperation operation = transfers.begin(request);
        int flags = channel.stream ? 0 : WinsockConstants.MSG_PEEK;
        int result = receive(channel, operation, 0, 0, flags);
        int error = transfers.receiveLaunched(channel, request, operation, result);
        return error != IocpTransfers.PENDING && looked(channel, request, error);
    }

    /** Notes what an empty receive found; false when it ended the request. */
    private boolean looked(IocpChannel channel, Request request, int error) {
        if (error != 0 && !isForAReceive(channel.stream, error)) {
            transfers.fail(channel, request, error);
            return false;
        }
        channel.readable = true;
        channel.peekError = error == WinError.WSAEMSGSIZE ? 0 : error;
        return true;
    }

    /**
     * Whether a receive has to follow an empty one that failed. On datagram sockets an empty
     * receive only peeks: it removes neither the datagram (WSAEMSGSIZE) nor the error of one that
     * did not arrive (WSAECONNRESET), and each later peek would fail with it again.
     */
    static boolean isForAReceive(boolean stream, int error) {
        return !stream && error != WinError.ERROR_OPERATION_ABORTED;
    }

    private static boolean isCut(IocpChannel channel, int error) {
        return !channel.stream && error == WinError.WSAEMSGSIZE;
    }

    private void peeked(IocpChannel channel, Request request, int error) {
        if (!looked(channel, request, error)) {
            return;
        }
        if (request.multishot && request.cancelReason != null) {
            transfers.cancelled(request); // what is there stays in the socket
            return;
        }
        receivePooled(channel, request);
    }

    /** One receive that does not wait; false when the request ended or gave up its turn. */
    private boolean takeReadable(IocpChannel channel, Request request) {
        if (!completions.hasRoom()) {
            backend.defer(channel);
            return false;
        }
        if (!backend.takeTurn(channel)) {
            return false;
        }
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return false;
        }
        int capacity = buffer.capacity;
        int received =
                Ws2.recv(transfers.capture, channel.handle, buffer.address, capacity, 0);
        if (received > 0 || (received == 0 && !channel.stream)) {
            // A stream that did not fill the buffer is empty, or at its end: the next look tells.
            channel.readable = !channel.stream || received == capacity;
            channel.peekError = 0;
            return delivered(request, received, false, buffer);
        }
        int error = received == 0 ? 0 : transfers.sockets.callState().wsaGetLastError();
        if (isCut(channel, error)) {
            channel.peekError = 0;
            return delivered(request, capacity, true, buffer);
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
        transfers.fail(channel, request, error);
        return false;
    }

    /** Nothing is there; true when the request waits for more. */
    private boolean foundNothing(IocpChannel channel, Request request) {
        channel.readable = false;
        if (request.cancelReason != null) {
            transfers.cancelled(request);
            return false;
        }
        int told = channel.peekError;
        if (told != 0) {
            // This system did take the error away with the peek.
            channel.peekError = 0;
            transfers.fail(channel, request, told);
            return false;
        }
        return true;
    }

    /** Reports a filled buffer; true when the request goes on. */
    private boolean delivered(Request request, int bytes, boolean cut,
            @Nullable PoolBuffer buffer) {
        request.cut = cut;
        if (request.multishot) {
            completions.event(request, bytes, buffer, null);
            return true;
        }
        request.payload(buffer);
        completions.complete(request, Outcome.OK, bytes, 0);
        return false;
    }
}
