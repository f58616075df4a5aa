package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends. WSASend takes all bytes of one call before its packet comes. A packet with fewer bytes and
 * no error hides a failure; sending the rest reports it.
 */
final class IocpSends {
    /**
     * Longer sends take several calls: Windows locks the pages of a call for as long as it lasts.
     */
    static final long MAX_BYTES_OF_A_CALL = 16 * 1024 * 1024;

    private final IocpDriver driver;
    private final Completions completions;

    /** The WSABUFs of a vectored send, from the first one on. */
    private @Nullable MemorySegment vectorMemory;

    private int vectorPieces;

    IocpSends(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    /** Starts a request, or sends the rest; another call follows each one that ends at once. */
    void start(IocpChannel channel, Request request) {
        // Decided here, since versions of Windows differ in the code.
        boolean connected = !channel.stream || channel.state != Channel.State.OPEN;
        int error = connected ? driver.attach(channel) : WinError.WSAENOTCONN;
        if (error == 0 && request.isSegmented()) {
            error = driver.sockets.segmentError(channel);
        }
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        boolean going = true;
        while (going) {
            OverlappedOperation operation = driver.operations.begin(request);
            int result = call(channel, request, operation);
            int launched = driver.launched(channel, operation, result);
            going = launched != IocpDriver.PENDING
                    && continues(
                            channel, request, launched, launched == 0 ? driver.countValue() : 0);
        }
    }

    /** Handles the packet of a request. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error,
            long bytes) {
        driver.operations.finish(operation);
        if (continues(channel, request, error, bytes)) {
            start(channel, request);
        }
    }

    /** Notes the result of one call; returns true if another one is needed. */
    private boolean continues(IocpChannel channel, Request request, int error, long bytes) {
        request.progress(request.progress() + bytes);
        if (error != 0) {
            driver.fail(channel, request, error);
            return false;
        }
        if (request.progress() >= request.length()) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
            return false;
        }
        if (request.cancelReason != null) {
            completions.cancelled(request);
            return false;
        }
        return true;
    }

    private int call(IocpChannel channel, Request request, OverlappedOperation operation) {
        if (request.isSegmented()) {
            return driver.segments.send(channel, request, operation);
        }
        long buffers;
        int pieces = 1;
        BufferVector vector =
                request.kind == RequestKind.SEND_VECTORED ? request.vector() : null;
        if (vector == null) {
            long left = Math.min(request.length() - request.progress(), MAX_BYTES_OF_A_CALL);
            buffers = driver.buffer(request.address() + request.progress(), left);
        } else {
            buffers = memoryFor(vector);
            pieces = encode(vector, request.progress(), buffers);
        }
        driver.sockets.calls.addSubmission();
        return Ws2.WSASend(
                driver.capture,
                channel.handle,
                buffers,
                pieces,
                driver.count(),
                0,
                operation.overlapped,
                0);
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

    /** Writes the chunks after the first {@code skip} bytes, as many as fit into one call. */
    static int encode(BufferVector vector, long skip, long buffers) {
        long toSkip = skip;
        long room = MAX_BYTES_OF_A_CALL;
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
