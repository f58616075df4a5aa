package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the classes for each kind of request share: the port, the OVERLAPPED blocks, the memory for
 * the arguments of a call, and how a failed request is reported.
 */
final class IocpTransfers {
    /** What an overlapped call answered when its packet will come. */
    static final int PENDING = -1;

    private static final int NO_FLIGHT = 0;

    final WindowsSockets sockets;
    final MemorySegment capture;
    final CompletionQueue queue;
    final OverlappedTable operations;
    final Completions completions;

    private final boolean maySkipPackets;

    /** Arguments of one call; Windows copies the WSABUF before the call returns. */
    private final MemorySegment arguments;

    private final long count;
    private final long flags;
    private final long oneBuffer;

    IocpTransfers(
            WindowsSockets sockets,
            CompletionQueue queue,
            OverlappedTable operations,
            Completions completions,
            boolean maySkipPackets) {
        this.sockets = sockets;
        this.capture = sockets.capture();
        this.queue = queue;
        this.operations = operations;
        this.completions = completions;
        this.maySkipPackets = maySkipPackets;
        this.arguments = Arena.ofAuto().allocate(2L * Long.BYTES + Wsabuf.SIZE, Long.BYTES);
        this.count = arguments.address();
        this.flags = count + Long.BYTES;
        this.oneBuffer = flags + Long.BYTES;
    }

    // ---- arguments ---------------------------------------------------------------------------

    /** Where a call writes how many bytes moved at once. */
    long count() {
        return count;
    }

    long countValue() {
        return Integer.toUnsignedLong(Memory.getInt(count));
    }

    /** The flags of a receive, which the call reads and writes. */
    long flags(int value) {
        Memory.setInt(flags, value);
        return flags;
    }

    /** A WSABUF for one piece of memory. */
    long buffer(long address, long length) {
        Memory.setInt(oneBuffer + Wsabuf.LEN, (int) length);
        Memory.setLong(oneBuffer + Wsabuf.BUF, address);
        return oneBuffer;
    }

    // ---- operations -----------------------------------------------------------------------------

    /**
     * Binds the socket to the port at its first use, not at its birth: it belongs to one port for
     * life, and an accepted one may be handed to another.
     *
     * @return the error code, or 0
     */
    int attach(IocpChannel channel) {
        if (channel.attached) {
            return 0;
        }
        int error = queue.attach(channel.handle);
        if (error != 0) {
            return error;
        }
        channel.attached = true;
        channel.skipsPackets = maySkip(channel.stream, maySkipPackets)
                && skipPackets(capture, channel.handle);
        return 0;
    }

    /**
     * Only streams go without the packets of calls that end at once. Of a datagram that is longer than
     * the buffer no system says reliably whether its packet comes then (libuv and Go know it, too).
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/archive/blogs/winserverperformance/designing-applications-for-high-performance-part-iii">
     *     Designing Applications for High Performance, part III</a>
     */
    static boolean maySkip(boolean stream, boolean maySkipPackets) {
        return stream && maySkipPackets;
    }

    /** Lets calls that succeed at once post no packet; false where that is refused. */
    static boolean skipPackets(MemorySegment capture, long handle) {
        int modes =
                KernelConstants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS
                        | KernelConstants.FILE_SKIP_SET_EVENT_ON_HANDLE;
        return Kernel32.SetFileCompletionNotificationModes(capture, handle, modes) != 0;
    }

    /** An OVERLAPPED for the one operation of a request. */
    OverlappedOperation begin(Request request) {
        assert request.backendState == NO_FLIGHT : "in flight already: " + request;
        OverlappedOperation operation = operations.take(request);
        request.backendState = operation.index + 1;
        return operation;
    }

    /** The operation of the request that is with the kernel, or null. */
    static boolean inFlight(Request request) {
        return request.backendState != NO_FLIGHT;
    }

    /**
     * What an overlapped Winsock call began.
     *
     * @param result 0, or SOCKET_ERROR
     * @return 0 when it is done (and the block given back), {@link #PENDING}, or the error code
     */
    int launched(IocpChannel channel, Request request, OverlappedOperation operation, int result) {
        if (result == 0 && !channel.skipsPackets) {
            return PENDING;
        }
        int error = result == 0 ? 0 : sockets.callState().wsaGetLastError();
        if (error == WinError.ERROR_IO_PENDING) {
            return PENDING;
        }
        finish(request, operation);
        return error;
    }

    /** As {@link #launched}, for a receive, of which one kind of failure is none. */
    int receiveLaunched(IocpChannel channel, Request request, OverlappedOperation operation,
            int result) {
        boolean postsPacket =
                result != 0
                        && !channel.stream
                        && failureOfReceivePostsPacket(sockets.callState().wsaGetLastError());
        return postsPacket ? PENDING : launched(channel, request, operation, result);
    }

    /**
     * Whether a receive of a datagram, whose packet is not skipped, posts it although the call failed
     * at once. To the driver a datagram that is too long is a warning, STATUS_BUFFER_OVERFLOW, and not
     * an error. A send that is too long is one, STATUS_INVALID_BUFFER_SIZE, and posts none.
     */
    static boolean failureOfReceivePostsPacket(int error) {
        return error == WinError.WSAEMSGSIZE;
    }

    /** The kernel is done with the block. */
    void finish(Request request, OverlappedOperation operation) {
        request.backendState = NO_FLIGHT;
        operations.release(operation);
    }

    /** Asks the kernel to end the one operation of a request; the packet tells how it ended. */
    void cancelOperation(Request request) {
        OverlappedOperation operation = operations.at(request.backendState - 1);
        cancelOperation(request.channel().handle, operation);
    }

    /** What it answers is not trusted: ERROR_NOT_FOUND only means that the packet is on its way. */
    void cancelOperation(long handle, OverlappedOperation operation) {
        Kernel32.CancelIoEx(capture, handle, operation.overlapped);
    }

    // ---- reporting -----------------------------------------------------------------------------

    /** Reports the end of a request that failed, with the bytes that had moved. */
    void fail(IocpChannel channel, Request request, int error) {
        if (request.cancelReason != null && WindowsErrors.isCancel(error)) {
            cancelled(request);
            return;
        }
        Outcome outcome = WindowsErrors.outcomeOf(request.kind, error, channel.stream);
        completions.complete(request, outcome, request.progress(), error);
    }

    /** Reports that a cancel ended a request; bytes that moved win. */
    void cancelled(Request request) {
        Outcome outcome = request.progress() > 0 ? Outcome.OK : Outcome.CANCELLED;
        completions.complete(request, outcome, request.progress(), 0);
    }
}
