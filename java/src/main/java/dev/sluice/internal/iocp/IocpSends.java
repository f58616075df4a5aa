package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends. WSASend takes all the bytes of one call before its packet comes; a packet with fewer and no
 * error hides what happened, and sending the rest tells it.
 */
final class IocpSends {
    /** More goes out in several calls: Windows locks the pages of a call for as long as it lasts. */
    private static final long MOST_BYTES_OF_A_CALL = 16 * 1024 * 1024;

    private final IocpTransfers transfers;
    private final Completions completions;

    /** The WSABUFs of a vectored send, made when a first one comes. */
    private @Nullable MemorySegment vectorMemory;

    private int vectorPieces;

    IocpSends(IocpTransfers transfers) {
        this.transfers = transfers;
        this.completions = transfers.completions;
    }

    /** Starts a request; a call that ends at once is followed by that for the rest. */
    void start(IocpChannel channel, Request request) {
        // Known here, and systems differ in the code.
        boolean connected = !channel.stream || channel.state != Channel.State.OPEN;
        int error = connected ? transfers.attach(channel) : WinError.WSAENOTCONN;
        if (error != 0) {
            transfers.fail(channel, request, error);
            return;
        }
        boolean going = true;
        while (going) {
            OverlappedOperation operation = transfers.begin(request);
            int result = call(channel, request, operation);
            int launched = transfers.launched(channel, request, operation, result);
            going = launched != IocpTransfers.PENDING
                    && goesOn(
                            channel, request, launched, launched == 0 ? transfers.countValue() : 0);
        }
    }

    /** A packet of a request came. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error,
            long bytes) {
        transfers.finish(request, operation);
        if (goesOn(channel, request, error, bytes)) {
            start(channel, request);
        }
    }

    /** Notes what one call did; true when another one is due. */
    private boolean goesOn(IocpChannel channel, Request request, int error, long bytes) {
        request.progress(request.progress() + bytes);
        if (error != 0) {
            transfers.fail(channel, request, error);
            return false;
        }
        if (request.kind == RequestKind.SEND_TO || request.progress() >= request.length()) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
            return false;
        }
        if (request.cancelReason != null) {
            transfers.cancelled(request);
            return false;
        }
        return true;
    }

    private int call(IocpChannel channel, Request request, OverlappedOperation operation) {
        if (request.kind == RequestKind.SEND_TO) {
            return sendTo(channel, request, operation);
        }
        long buffers;
        int pieces = 1;
        BufferVector vector =
                request.kind == RequestKind.SEND_VECTORED ? request.vector() : null;
        if (vector == null) {
            long left = Math.min(request.length() - request.progress(), MOST_BYTES_OF_A_CALL);
            buffers = transfers.buffer(request.address() + request.progress(), left);
        } else {
            buffers = memoryFor(vector);
            pieces = encode(vector, request.progress(), buffers);
        }
        return Ws2.WSASend(
                transfers.capture,
                channel.handle,
                buffers,
                pieces,
                transfers.count(),
                0,
                operation.overlapped,
                0);
    }

    private int sendTo(IocpChannel channel, Request request, OverlappedOperation operation) {
        RawAddress peer = request.peer();
        // No datagram is that long: what a WSABUF cannot say fails as everything too long does.
        long bytes = Math.min(request.length(), MOST_BYTES_OF_A_CALL);
        int length = WindowsSockaddr.encodeDestination(peer, channel.family, operation.extra());
        return Ws2.WSASendTo(
                transfers.capture,
                channel.handle,
                transfers.buffer(request.address(), bytes),
                1,
                transfers.count(),
                0,
                operation.extra(),
                length,
                operation.overlapped,
                0);
    }

    /** Starts a SEND_TO, whose peer must be one that the socket can have. */
    void startTo(IocpChannel channel, Request request) {
        if (!request.peer().isPeerOf(channel.family)) {
            transfers.fail(channel, request, WinError.WSAEAFNOSUPPORT);
        } else {
            start(channel, request);
        }
    }

    private long memoryFor(BufferVector vector) {
        MemorySegment present = vectorMemory;
        if (present == null || vector.count > vectorPieces) {
            vectorPieces = vector.addresses.length;
            present = Arena.ofAuto().allocate((long) vectorPieces * Wsabuf.SIZE, Long.BYTES);
            vectorMemory = present;
        }
        return present.address();
    }

    /** Writes the pieces after the first {@code skip} bytes, as many as one call may have. */
    private static int encode(BufferVector vector, long skip, long buffers) {
        long toSkip = skip;
        long room = MOST_BYTES_OF_A_CALL;
        int pieces = 0;
        for (int i = 0; i < vector.count && room > 0; i++) {
            long skipped = Math.min(toSkip, vector.lengths[i]);
            toSkip -= skipped;
            if (skipped == vector.lengths[i] && skipped > 0) {
                continue;
            }
            long length = Math.min(vector.lengths[i] - skipped, room);
            room -= length;
            long buffer = buffers + (long) pieces++ * Wsabuf.SIZE;
            Memory.setInt(buffer + Wsabuf.LEN, (int) length);
            Memory.setLong(buffer + Wsabuf.BUF, vector.addresses[i] + skipped);
        }
        return pieces;
    }
}
