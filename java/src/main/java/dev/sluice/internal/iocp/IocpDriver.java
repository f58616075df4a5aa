package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.TurnQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the classes of each kind of request share: the completion port, the operations in flight,
 * the turns of each socket, the memory for the arguments of a call, and how a request fails.
 */
final class IocpDriver {
    /** The result of {@link #launched} for a call whose packet will come. */
    static final int PENDING = -1;

    final WindowsSockets sockets = new WindowsSockets();
    final MemorySegment capture = sockets.capture();
    final CompletionQueue queue = new CompletionQueue(sockets.callState(), Arena.ofAuto());
    final OverlappedTable operations = new OverlappedTable();
    final Completions completions;
    final BufferPool pool;
    final TurnQueue<IocpChannel> turns;

    /** Memory that operations in flight may use. */
    final Arena arena = Arena.ofShared();

    final IocpSegments segments = new IocpSegments(this);
    final CancelRetries cancels = new CancelRetries(this::cancelIo, queue::fetch);

    private final boolean maySkipPackets = Providers.maySkipPackets();

    /** Arguments of one call; Windows copies the WSABUF before the call returns. */
    private final MemorySegment arguments =
            Arena.ofAuto().allocate(2L * Long.BYTES + Wsabuf.SIZE, Long.BYTES);

    private final long count = arguments.address();
    private final long flags = count + Long.BYTES;
    private final long oneBuffer = flags + Long.BYTES;

    IocpDriver(PortContext port) throws NativeFailure {
        completions = port.completions();
        pool = port.pool();
        turns = new TurnQueue<>(port.settings());
    }

    // ---- arguments ---------------------------------------------------------------------------

    /** Returns the place into which a call writes the number of bytes that moved at once. */
    long count() {
        return count;
    }

    long countValue() {
        return Integer.toUnsignedLong(Memory.getInt(count));
    }

    /** Returns the flags of a receive, which the call reads and writes. */
    long flags(int value) {
        Memory.setInt(flags, value);
        return flags;
    }

    /** Returns a WSABUF for one piece of memory. */
    long buffer(long address, long length) {
        Memory.setInt(oneBuffer + Wsabuf.LEN, (int) length);
        Memory.setLong(oneBuffer + Wsabuf.BUF, address);
        return oneBuffer;
    }

    // ---- operations --------------------------------------------------------------------------

    /**
     * Binds the socket to the port, at its first use and not when it is opened: the binding is for
     * life, and an accepted socket may be handed to another port.
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
        channel.skipsPackets = maySkip(channel.stream, maySkipPackets) && skipPackets(channel);
        return 0;
    }

    private boolean skipPackets(IocpChannel channel) {
        sockets.calls.addOther();
        return skipPackets(capture, channel.handle);
    }

    /** Binds the socket to the port and, for datagrams, to an address; returns the error code, or 0. */
    int attachForReceive(IocpChannel channel) {
        int error = attach(channel);
        // Without an address a receive of datagrams fails with WSAEINVAL.
        return error == 0 && !channel.stream ? sockets.ensureBound(channel) : error;
    }

    /**
     * Returns true if calls that succeed at once may post no packet: only on streams. For a
     * datagram that is longer than its buffer, no version of Windows documents whether the packet
     * comes then; libuv and Go do the same.
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/archive/blogs/winserverperformance/designing-applications-for-high-performance-part-iii">
     *     Designing Applications for High Performance, part III</a>
     */
    static boolean maySkip(boolean stream, boolean maySkipPackets) {
        return stream && maySkipPackets;
    }

    /** Lets calls that succeed at once post no packet; returns false if Windows refuses. */
    static boolean skipPackets(MemorySegment capture, long handle) {
        int modes =
                KernelConstants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS
                        | KernelConstants.FILE_SKIP_SET_EVENT_ON_HANDLE;
        return Kernel32.SetFileCompletionNotificationModes(capture, handle, modes) != 0;
    }

    /**
     * Notes the result of an overlapped call.
     *
     * @param result 0, or SOCKET_ERROR
     * @return 0 if the operation ended at once and was finished, {@link #PENDING}, or the error code
     */
    int launched(IocpChannel channel, OverlappedOperation operation, int result) {
        if (result == 0 && !channel.skipsPackets) {
            return PENDING;
        }
        int error = result == 0 ? 0 : sockets.callState().wsaGetLastError();
        if (error == WinError.ERROR_IO_PENDING) {
            return PENDING;
        }
        operations.finish(operation);
        return error;
    }

    /** As {@link #launched}, for a receive, which may post its packet even if it failed. */
    int receiveLaunched(IocpChannel channel, OverlappedOperation operation, int result) {
        boolean postsPacket =
                result != 0
                        && !channel.stream
                        && failureOfReceivePostsPacket(sockets.callState().wsaGetLastError());
        return postsPacket ? PENDING : launched(channel, operation, result);
    }

    /**
     * Returns true if a receive of a datagram that failed at once posts its packet. To the driver a
     * datagram that is too long is a warning, STATUS_BUFFER_OVERFLOW, and not an error. A send that is
     * too long is an error, STATUS_INVALID_BUFFER_SIZE, and posts none.
     */
    static boolean failureOfReceivePostsPacket(int error) {
        return error == WinError.WSAEMSGSIZE;
    }

    /** Asks the kernel to end an operation; the packet reports how it ended. */
    void cancel(long handle, OverlappedOperation operation) {
        cancels.cancel(handle, operation);
    }

    private boolean cancelIo(OverlappedOperation operation) {
        sockets.calls.addOther();
        int result = Kernel32.CancelIoEx(capture, operation.cancelHandle, operation.overlapped);
        return result != 0
                || sockets.callState().getLastError() != WinError.ERROR_NOT_FOUND;
    }

    // ---- reporting ---------------------------------------------------------------------------

    /**
     * Ends a receive into the request's own memory.
     *
     * @param segmentBytes the size of datagrams that came together, or 0
     */
    void receiveEnded(
            IocpChannel channel, Request request, int error, long bytes, int segmentBytes) {
        if (error == WinError.WSAEMSGSIZE && !channel.stream) {
            long kept = Math.min(bytes, request.length());
            completions.received(request, Request.coalesced(kept, segmentBytes), null, true);
        } else if (error != 0) {
            fail(channel, request, error);
        } else if (bytes == 0 && channel.stream) {
            completions.complete(request, Outcome.EOF, 0, 0);
        } else {
            completions.received(request, Request.coalesced(bytes, segmentBytes), null, false);
        }
    }

    /** Ends a request with the code of its operation; after our cancel, the cancel was the cause. */
    void fail(IocpChannel channel, Request request, int error) {
        if (request.cancelReason != null && WindowsErrors.isCancel(error)) {
            completions.cancelled(request);
        } else {
            Outcome outcome = WindowsErrors.outcomeOf(request.kind, error, channel.stream);
            completions.complete(request, outcome, request.progress(), error);
        }
    }

    // ---- the end -----------------------------------------------------------------------------

    void close() {
        queue.close();
        operations.close();
        arena.close();
    }
}
