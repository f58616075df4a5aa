package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.CallCounts;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.CallKind;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Transfers that never block. An instance serves one thread at a time: it holds the memory for
 * addresses, options and error codes.
 */
class WindowsTryCalls implements TryCalls {
    /** Freed by the garbage collector; the kernel uses it only during a call. */
    private final Arena arena = Arena.ofAuto();

    final WindowsCallState callState = new WindowsCallState(arena);
    final MemorySegment capture = callState.segment();

    /** Counts the calls of this instance and of those that share its call state. */
    final CallCounts calls = callState.calls();

    final WindowsOptions options = new WindowsOptions(arena, callState);

    /** A segment and not an address: it keeps the memory of the addresses below alive. */
    private final MemorySegment memory =
            arena.allocate(WindowsSockaddr.MAX_SIZE + 2 * Long.BYTES, Long.BYTES);

    final long address = memory.address();
    final long number = address + WindowsSockaddr.MAX_SIZE;
    final long answer = number + Long.BYTES;

    /** A {@link WindowsMessage}, from the first datagram with control data on. */
    private @Nullable MemorySegment block;

    /** True once the system was found to cut sends. */
    private boolean segmentsSends;

    /** The WSABUFs of a send of several pieces; grows with the most so far. */
    private @Nullable MemorySegment buffers;

    final WindowsCallState callState() {
        return callState;
    }

    @Override
    public final long count(CallKind kind) {
        return switch (kind) {
            case WAIT -> calls.waits();
            case SUBMISSION -> calls.submissions();
            case TRY -> calls.tries();
            case OTHER -> calls.others();
        };
    }

    final MemorySegment capture() {
        return capture;
    }

    @Override
    public final long tryReceive(Channel socket, long buffer, long length) throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        requireReceiving(channel);
        if (channel.endReported) {
            return 0;
        }
        calls.addTry();
        int received = Ws2.recv(capture, channel.handle, buffer, clipped(length), 0);
        if (received > 0 || (received == 0 && !channel.stream)) {
            return received;
        }
        if (received == 0) {
            return endOfStream(channel);
        }
        int error = callState.wsaGetLastError();
        if (!channel.stream && error == WinError.WSAEMSGSIZE) {
            return clipped(length); // the rest of the datagram is lost, as on every kernel
        }
        return wouldBlockOrLost(channel, "recv", error);
    }

    /** Returns an end of stream as such, unless the connection was known to be lost before. */
    private static long endOfStream(IocpChannel channel) throws NativeFailure {
        Outcome lost = channel.lost();
        if (lost != null) {
            throw new NativeFailure("recv", lost, 0, "the connection was lost before");
        }
        channel.endReported = true;
        return 0;
    }

    @Override
    public final long trySend(Channel socket, long buffer, long length) throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        requireNonBlocking(channel);
        calls.addTry();
        int sent = Ws2.send(capture, channel.handle, buffer, clipped(length), 0);
        return sent >= 0 ? sent : wouldBlockOrLost(channel, "send", callState.wsaGetLastError());
    }

    /** WSASend without OVERLAPPED, on a non-blocking socket: it ends at once, as send does. */
    @Override
    public final long trySend(Channel socket, BufferVector pieces) throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        requireNonBlocking(channel);
        MemorySegment present = buffers;
        long bytes = (long) pieces.count * Wsabuf.SIZE;
        if (present == null || present.byteSize() < bytes) {
            present = arena.allocate(bytes, Long.BYTES);
            buffers = present;
        }
        int count = IocpSends.encode(pieces, 0, present.address());
        calls.addTry();
        int result = Ws2.WSASend(
                capture, channel.handle, present.address(), count, number, 0, 0, 0);
        return result == 0
                ? Integer.toUnsignedLong(Memory.getInt(number))
                : wouldBlockOrLost(channel, "WSASend", callState.wsaGetLastError());
    }

    /** Receives a datagram. Windows does not report how many bytes a truncation cut off. */
    @Override
    public final long tryReceiveFrom(
            Channel socket, long buffer, long length, RawAddress source) throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        requireReceiving(channel);
        if (channel.coalesces) {
            return tryReceiveSegments(channel, buffer, length, source);
        }
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addTry();
        int received =
                Ws2.recvfrom(capture, channel.handle, buffer, clipped(length), 0, address, number);
        int error = received >= 0 ? 0 : callState.wsaGetLastError();
        if (error != 0 && error != WinError.WSAEMSGSIZE) {
            return wouldBlockOrThrow("recvfrom", error);
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), source);
        return error == 0 ? received : clipped(length) + 1L;
    }

    @Override
    public final long trySendTo(Channel socket, long buffer, long length, RawAddress to)
            throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        if (!to.isPeerOf(channel.family)) {
            throw failure("sendto", WinError.WSAEAFNOSUPPORT);
        }
        requireNonBlocking(channel);
        int addressBytes = WindowsSockaddr.encodeDestination(to, channel.family, address);
        calls.addTry();
        int sent =
                Ws2.sendto(
                        capture, channel.handle, buffer, clipped(length), 0, address, addressBytes);
        if (sent < 0) {
            return wouldBlockOrThrow("sendto", callState.wsaGetLastError());
        }
        channel.bound = true; // by Windows, if it was not bound before
        return sent;
    }

    // ---- several datagrams in one call ---------------------------------------------------------

    private long tryReceiveSegments(
            IocpChannel channel, long buffer, long length, RawAddress source)
            throws NativeFailure {
        int received = receiveSegments(channel, buffer, clipped(length));
        int error = received >= 0 ? 0 : callState.wsaGetLastError();
        if (error != 0 && error != WinError.WSAEMSGSIZE) {
            return wouldBlockOrThrow("WSARecvMsg", error);
        }
        WindowsMessage.decodeName(block(), source);
        return Request.coalesced(
                error == 0 ? received : clipped(length) + 1L, segmentBytes());
    }

    /** Receives without blocking; returns the number of bytes, or -1 with the cause in the call state. */
    final int receiveSegments(IocpChannel channel, long buffer, int length) {
        long message = WindowsMessage.toReceive(block(), buffer, length);
        calls.addTry();
        int result = Mswsock.WSARecvMsg(capture, channel.handle, message, number, 0, 0);
        return result == 0 ? Memory.getInt(number) : -1;
    }

    /**
     * Receives a datagram into a pooled buffer without blocking, and its sender, also of a datagram that is
     * longer than the buffer.
     *
     * @return the number of bytes, or -1 with the cause in the call state
     */
    final int receiveInto(IocpChannel channel, PoolBuffer buffer) {
        long at = buffer.datagramAddress();
        int room = buffer.datagramCapacity();
        if (channel.coalesces) {
            int received = receiveSegments(channel, at, room);
            if (received >= 0 || callState.wsaGetLastError() == WinError.WSAEMSGSIZE) {
                WindowsMessage.decodeName(block(), buffer.source());
            }
            return received;
        }
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addTry();
        int received = Ws2.recvfrom(capture, channel.handle, at, room, 0, address, number);
        if (received >= 0 || callState.wsaGetLastError() == WinError.WSAEMSGSIZE) {
            WindowsSockaddr.decode(address, Memory.getInt(number), buffer.source());
        }
        return received;
    }

    /** Returns the size of the segments of the last receive, 0 for a single datagram. */
    final int segmentBytes() {
        return WindowsMessage.segmentBytesOf(block());
    }

    private long block() {
        MemorySegment present = block;
        if (present == null) {
            present = arena.allocate(WindowsMessage.SIZE, Long.BYTES);
            block = present;
        }
        return present.address();
    }

    @Override
    public final long trySendSegments(
            Channel socket, long buffer, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
        int error = to.isPeerOf(channel.family) ? segmentError(channel) : WinError.WSAEAFNOSUPPORT;
        if (error != 0) {
            throw failure("WSASendMsg", error);
        }
        requireNonBlocking(channel);
        long message =
                WindowsMessage.toSend(block(), buffer, length, segmentBytes, to, channel.family);
        calls.addTry();
        if (Mswsock.WSASendMsg(capture, channel.handle, message, 0, number, 0, 0) != 0) {
            return wouldBlockOrThrow("WSASendMsg", callState.wsaGetLastError());
        }
        channel.bound = true; // by Windows, if it was not bound before
        return Memory.getInt(number);
    }

    /**
     * Returns the error code of a segmented send that the system does not know, or 0. A system without the
     * option would ignore the control message, and send all bytes as one datagram.
     */
    final int segmentError(IocpChannel channel) {
        if (!segmentsSends) {
            segmentsSends = options.has(
                    channel.handle,
                    WinsockConstants.IPPROTO_UDP,
                    WinsockConstants.UDP_SEND_MSG_SIZE);
        }
        return segmentsSends ? 0 : WinError.WSAENOPROTOOPT;
    }

    // ---- what the calls need -------------------------------------------------------------------

    /** A datagram socket without a local address would fail with WSAEINVAL instead of blocking. */
    private void requireReceiving(IocpChannel channel) throws NativeFailure {
        requireNonBlocking(channel);
        int error = channel.stream ? 0 : ensureBound(channel);
        if (error != 0) {
            throw failure("bind", error);
        }
    }

    final void requireNonBlocking(IocpChannel channel) throws NativeFailure {
        int error = ensureNonBlocking(channel);
        if (error != 0) {
            throw failure("ioctlsocket FIONBIO", error);
        }
    }

    /** Makes the calls without OVERLAPPED non-blocking; returns the error code, or 0. */
    final int ensureNonBlocking(IocpChannel channel) {
        if (channel.nonBlocking) {
            return 0;
        }
        Memory.setInt(number, 1);
        calls.addOther();
        if (Ws2.ioctlsocket(capture, channel.handle, WinsockConstants.FIONBIO, number) != 0) {
            return callState.wsaGetLastError();
        }
        channel.nonBlocking = true;
        return 0;
    }

    /**
     * Binds a socket without a local address to the wildcard address, as ConnectEx and a receive of
     * datagrams require. The port of a stream is chosen at the connect, so that connections to
     * several peers can share it. Windows before 10 refuses that option; then the port is chosen
     * now.
     *
     * @return the error code, or 0
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sol-socket-socket-options">
     *     SO_REUSE_UNICASTPORT</a>
     */
    final int ensureBound(IocpChannel channel) {
        if (channel.bound) {
            return 0;
        }
        if (channel.stream) {
            options.setInt(
                    channel.handle,
                    WinsockConstants.SOL_SOCKET,
                    WinsockConstants.SO_REUSE_UNICASTPORT,
                    1);
        }
        int length = WindowsSockaddr.encodeAny(channel.family, address);
        calls.addOther();
        if (Ws2.bind(capture, channel.handle, address, length) != 0) {
            int error = callState.wsaGetLastError();
            if (channel.stream || error != WinError.WSAEINVAL) {
                return error;
            }
            // It is bound already: by Windows for a send, or by another thread at this moment.
        }
        channel.bound = true;
        return 0;
    }

    static int clipped(long length) {
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    // ---- errors ------------------------------------------------------------------------------

    static long wouldBlockOrThrow(String call, int error) throws NativeFailure {
        if (error == WinError.WSAEWOULDBLOCK) {
            return WOULD_BLOCK;
        }
        throw failure(call, error);
    }

    /** Stores a loss for later calls of any thread. */
    private static long wouldBlockOrLost(IocpChannel channel, String call, int error)
            throws NativeFailure {
        if (error != WinError.WSAEWOULDBLOCK) {
            channel.noteLoss(WindowsErrors.outcomeOf(error));
        }
        return wouldBlockOrThrow(call, error);
    }

    /** Returns the failure of the last call. */
    final NativeFailure failure(String call) {
        return failure(call, callState.wsaGetLastError());
    }

    static NativeFailure failure(String call, int error) {
        return new NativeFailure(
                call, WindowsErrors.outcomeOf(error), error, WindowsErrors.describe(error));
    }
}
