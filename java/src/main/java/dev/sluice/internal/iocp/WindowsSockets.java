package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TcpSnapshot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;

/**
 * The calls on sockets that end at once. One instance belongs to one port and its thread: it holds
 * the memory for addresses, options and error codes.
 */
final class WindowsSockets {
    /** How long after WSAEWOULDBLOCK a lingering close is asked again. */
    private static final long CLOSE_AGAIN_NANOS = 1_000_000;

    private static final int MOST_WITHOUT_HINT = 200;
    private static final int MOST_WITH_HINT = 65_535;

    private final WindowsCallState callState;
    private final MemorySegment capture;
    private final MemorySegment memory;
    private final long address;
    private final long number;
    private final long answer;
    private final WindowsOptions options;
    private final KeepAliveTimes keepAliveTimes;
    private final WindowsTcpInfo tcpInfo;

    /** Takes its memory from an arena that the garbage collector frees; used only during a call. */
    WindowsSockets() {
        Arena arena = Arena.ofAuto();
        callState = new WindowsCallState(arena);
        capture = callState.segment();
        int bytes = WindowsSockaddr.MAX_SIZE + 2 * Long.BYTES;
        memory = arena.allocate(bytes, Long.BYTES);
        address = memory.address();
        number = address + WindowsSockaddr.MAX_SIZE;
        answer = number + Long.BYTES;
        options = new WindowsOptions(arena, callState);
        keepAliveTimes = new KeepAliveTimes(callState, options);
        tcpInfo = new WindowsTcpInfo(callState);
    }

    WindowsCallState callState() {
        return callState;
    }

    MemorySegment capture() {
        return capture;
    }

    // ---- opening and closing -------------------------------------------------------------------

    /** A new socket, or INVALID_SOCKET with the cause in the call state. */
    long socket(int rawFamily, boolean stream) {
        int flags =
                WinsockConstants.WSA_FLAG_OVERLAPPED | WinsockConstants.WSA_FLAG_NO_HANDLE_INHERIT;
        return Ws2.WSASocketW(
                capture,
                WindowsSockaddr.familyOf(rawFamily),
                stream ? WinsockConstants.SOCK_STREAM : WinsockConstants.SOCK_DGRAM,
                stream ? WinsockConstants.IPPROTO_TCP : WinsockConstants.IPPROTO_UDP,
                0,
                0,
                flags);
    }

    IocpChannel open(int rawFamily, boolean stream) throws NativeFailure {
        if (WindowsSockaddr.familyOf(rawFamily) < 0) {
            throw failure("WSASocketW", WinError.WSAEAFNOSUPPORT);
        }
        long handle = socket(rawFamily, stream);
        if (handle == WinsockConstants.INVALID_SOCKET) {
            throw failure("WSASocketW");
        }
        IocpChannel channel = new IocpChannel(rawFamily, stream, handle);
        if (rawFamily == RawAddress.IPV6) {
            // Windows starts with IPv6 alone; the other systems take IPv4 too.
            int error = options.set(handle, OptionId.V6ONLY, 0);
            if (error != 0) {
                closeHandle(handle);
                throw failure("setsockopt V6ONLY", error);
            }
        }
        if (!stream) {
            reportUnreachablePeers(channel, 0);
        }
        return channel;
    }

    /**
     * Whether an ICMP message makes the next receive fail: that a port is not open (WSAECONNRESET),
     * or that a datagram was on its way for too long (WSAENETRESET). Right for a connected socket;
     * on any other one a datagram to one peer would break the receives from all. A system that does
     * not know the calls (Wine) has nothing to switch off.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/winsock-ioctls">
     *     SIO_UDP_CONNRESET, SIO_UDP_NETRESET</a>
     */
    void reportUnreachablePeers(IocpChannel channel, int on) {
        reportErrors(channel, WinsockConstants.SIO_UDP_CONNRESET, on);
        reportErrors(channel, WinsockConstants.SIO_UDP_NETRESET, on);
    }

    private void reportErrors(IocpChannel channel, int code, int on) {
        Memory.setInt(answer, on);
        Ws2.WSAIoctl(
                capture,
                channel.handle,
                code,
                answer,
                Integer.BYTES,
                0,
                0,
                number,
                0,
                0);
    }

    /** Makes the close that follows a reset: linger with zero seconds. */
    void makeAbortive(Channel channel) {
        // It cannot fail on a stream socket, and there is no other way to a reset if it did.
        options.set(channel.handle, OptionId.LINGER_SECONDS, 0);
    }

    /** Gives the socket back; returns the error code, or 0. */
    int close(Channel channel) {
        long handle = channel.handle;
        channel.handle = -1;
        return closeHandle(handle);
    }

    int closeHandle(long handle) {
        return Ws2.closesocket(capture, handle) == 0 ? 0 : callState.wsaGetLastError();
    }

    /**
     * As {@link #close}, from any thread, and waiting for a linger time: nothing of this object's
     * memory is used.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock/nf-winsock-closesocket">
     *     closesocket</a>
     */
    static int closeAnywhere(long handle) {
        Arena arena = Arena.ofAuto();
        WindowsCallState own = new WindowsCallState(arena);
        MemorySegment off = arena.allocate(ValueLayout.JAVA_INT);
        // A non-blocking socket with a linger time answers WSAEWOULDBLOCK instead of waiting. If this
        // fails the loop below does the waiting.
        Ws2.ioctlsocket(own.segment(), handle, WinsockConstants.FIONBIO, off.address());
        while (Ws2.closesocket(own.segment(), handle) != 0) {
            int error = own.wsaGetLastError();
            if (error != WinError.WSAEWOULDBLOCK) {
                return error;
            }
            LockSupport.parkNanos(CLOSE_AGAIN_NANOS);
        }
        return 0;
    }

    /** Makes the calls without OVERLAPPED not wait; returns the error code, or 0. */
    int ensureNonBlocking(IocpChannel channel) {
        if (channel.nonBlocking) {
            return 0;
        }
        Memory.setInt(number, 1);
        if (Ws2.ioctlsocket(capture, channel.handle, WinsockConstants.FIONBIO, number) != 0) {
            return callState.wsaGetLastError();
        }
        channel.nonBlocking = true;
        return 0;
    }

    // ---- addresses ---------------------------------------------------------------------------

    void bind(IocpChannel channel, RawAddress local) throws NativeFailure {
        if (local.family != channel.family) {
            throw failure("bind", WinError.WSAEAFNOSUPPORT);
        }
        if (channel.stream) {
            // Otherwise another process could take the port over, see WindowsOptions.
            int error = options.setInt(
                    channel.handle,
                    WinsockConstants.SOL_SOCKET,
                    WinsockConstants.SO_EXCLUSIVEADDRUSE,
                    1);
            if (error != 0) {
                throw failure("setsockopt SO_EXCLUSIVEADDRUSE", error);
            }
        }
        int length = WindowsSockaddr.encode(local, channel.family, address);
        if (Ws2.bind(capture, channel.handle, address, length) != 0) {
            throw failure("bind");
        }
        channel.bound = true;
    }

    /**
     * Gives the socket any local address if it has none, as ConnectEx and a receive of datagrams want it;
     * returns the error code, or 0. The port of a stream is chosen with the connect, so that connections
     * to several peers can share it; a system before Windows 10 refuses that, and does without.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sol-socket-socket-options">
     *     SO_REUSE_UNICASTPORT</a>
     */
    int ensureBound(IocpChannel channel) {
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
        if (Ws2.bind(capture, channel.handle, address, length) != 0) {
            int error = callState.wsaGetLastError();
            if (channel.stream || error != WinError.WSAEINVAL) {
                return error;
            }
            // It is bound already: by the system for a send, or by another thread at this moment.
        }
        channel.bound = true;
        return 0;
    }

    void listen(Channel channel, int backlog) throws NativeFailure {
        if (Ws2.listen(capture, channel.handle, backlogOf(backlog)) != 0) {
            throw failure("listen");
        }
    }

    /** For a probe: any port of 127.0.0.1. */
    void listenOnLoopback(IocpChannel listener) throws NativeFailure {
        RawAddress loopback = new RawAddress();
        loopback.family = RawAddress.IPV4;
        loopback.low = 0x7F00_0001L;
        bind(listener, loopback);
        listen(listener, 1);
    }

    /**
     * The argument of listen for a length of the queue. Above 200 it is SOMAXCONN_HINT, the
     * negative of the length; otherwise Windows cuts it to 200.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-listen">
     *     listen</a>
     */
    static int backlogOf(int backlog) {
        return backlog <= MOST_WITHOUT_HINT ? backlog : -Math.min(backlog, MOST_WITH_HINT);
    }

    /**
     * Connects a datagram socket, which does not wait, or takes its peer away if there is none. A stream
     * waits, so only a probe connects one so. Returns the error code, or 0.
     */
    int connect(IocpChannel channel, RawAddress peer) {
        int length =
                peer.family == RawAddress.NONE
                        ? WindowsSockaddr.encodeAny(channel.family, address)
                        : WindowsSockaddr.encodeDestination(peer, channel.family, address);
        if (Ws2.connect(capture, channel.handle, address, length) != 0) {
            return callState.wsaGetLastError();
        }
        channel.bound = true;
        return 0;
    }

    void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        if (Ws2.getsockname(capture, channel.handle, address, number) != 0) {
            if (callState.wsaGetLastError() != WinError.WSAEINVAL) {
                throw failure("getsockname");
            }
            // Not bound yet: elsewhere the system answers any address and port 0.
            into.clear();
            into.family = channel.family;
            return;
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), into);
    }

    void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        RawAddress known = ((IocpChannel) channel).acceptedPeer;
        if (known != null) {
            into.set(known);
            return;
        }
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        if (Ws2.getpeername(capture, channel.handle, address, number) != 0) {
            throw failure("getpeername");
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), into);
    }

    // ---- options -----------------------------------------------------------------------------

    void setOption(Channel channel, OptionId option, int value) throws NativeFailure {
        int result = options.set(channel.handle, option, value);
        int error = keepAliveTimes.afterSet((IocpChannel) channel, option, value, result);
        if (error != 0) {
            throw failure("setsockopt " + option, error);
        }
        if (option == OptionId.LINGER_SECONDS) {
            channel.lingerSeconds = value;
        }
    }

    int getOption(Channel channel, OptionId option) throws NativeFailure {
        int value = options.get(channel.handle, option);
        if (options.lastError() != 0) {
            int kept = KeepAliveTimes.get((IocpChannel) channel, option);
            if (kept != 0) {
                return kept;
            }
            throw failure("getsockopt " + option, options.lastError());
        }
        return value;
    }

    /** Gives an accepted socket what of its listener's properties Windows does not. */
    void inherit(IocpChannel accepted, IocpChannel listener) {
        accepted.lingerSeconds = listener.lingerSeconds;
        keepAliveTimes.inherit(accepted, listener);
    }

    /** Gives an accepted socket the properties of its listener; returns the error code, or 0. */
    int updateAcceptContext(long accepted, long listener) {
        return options.setSocket(accepted, WinsockConstants.SO_UPDATE_ACCEPT_CONTEXT, listener);
    }

    /** Lets shutdown and getpeername work after ConnectEx; returns the error code, or 0. */
    int updateConnectContext(long connected) {
        return options.setSocket(connected, WinsockConstants.SO_UPDATE_CONNECT_CONTEXT, 0);
    }

    TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        return tcpInfo.of(channel);
    }

    int shutdown(Channel channel, int direction) {
        return Ws2.shutdown(capture, channel.handle, direction) == 0
                ? 0
                : callState.wsaGetLastError();
    }

    // ---- the try calls -------------------------------------------------------------------------

    long tryReceive(IocpChannel channel, long buffer, long length) throws NativeFailure {
        requireReceiving(channel);
        if (channel.endTold) {
            return 0;
        }
        int received = Ws2.recv(capture, channel.handle, buffer, clipped(length), 0);
        if (received > 0 || (received == 0 && !channel.stream)) {
            return received;
        }
        if (received == 0) {
            return channel.tellEnd("recv");
        }
        if (!channel.stream && callState.wsaGetLastError() == WinError.WSAEMSGSIZE) {
            return clipped(length); // the rest of the datagram is lost, as everywhere
        }
        return wouldBlockOrLost(channel, "recv", callState.wsaGetLastError());
    }

    long trySend(IocpChannel channel, long buffer, long length) throws NativeFailure {
        requireNonBlocking(channel);
        int sent = Ws2.send(capture, channel.handle, buffer, clipped(length), 0);
        return sent >= 0 ? sent : wouldBlockOrLost(channel, "send", callState.wsaGetLastError());
    }

    /** As the backend's; Windows does not tell how long a datagram was that did not fit. */
    long tryReceiveFrom(IocpChannel channel, long buffer, long length, RawAddress source)
            throws NativeFailure {
        requireReceiving(channel);
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        int received =
                Ws2.recvfrom(capture, channel.handle, buffer, clipped(length), 0, address, number);
        int error = received >= 0 ? 0 : callState.wsaGetLastError();
        if (error != 0 && error != WinError.WSAEMSGSIZE) {
            return wouldBlockOrThrow("recvfrom", error);
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), source);
        return error == 0 ? received : length + 1;
    }

    long trySendTo(IocpChannel channel, long buffer, long length, RawAddress to)
            throws NativeFailure {
        if (!to.isPeerOf(channel.family)) {
            throw failure("sendto", WinError.WSAEAFNOSUPPORT);
        }
        requireNonBlocking(channel);
        int addressBytes = WindowsSockaddr.encodeDestination(to, channel.family, address);
        int sent =
                Ws2.sendto(
                        capture, channel.handle, buffer, clipped(length), 0, address, addressBytes);
        if (sent < 0) {
            return wouldBlockOrThrow("sendto", callState.wsaGetLastError());
        }
        channel.bound = true; // by the system, if it was not before
        return sent;
    }

    /** A socket, or INVALID_SOCKET when no connection waits. */
    long tryAccept(IocpChannel channel) throws NativeFailure {
        requireNonBlocking(channel);
        while (true) {
            long accepted = Ws2.accept(capture, channel.handle, 0, 0);
            if (accepted != WinsockConstants.INVALID_SOCKET) {
                forbidInheritance(accepted);
                return accepted;
            }
            int error = callState.wsaGetLastError();
            if (!WindowsErrors.isTransientAcceptError(error)) {
                wouldBlockOrThrow("accept", error);
                return WinsockConstants.INVALID_SOCKET;
            }
        }
    }

    /**
     * Keeps child processes from getting a handle, which accept() gives without that flag of
     * WSASocketW's. A system that refuses it has no such children either.
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/api/handleapi/nf-handleapi-sethandleinformation">
     *     SetHandleInformation</a>
     */
    void forbidInheritance(long handle) {
        Kernel32.SetHandleInformation(capture, handle, KernelConstants.HANDLE_FLAG_INHERIT, 0);
    }

    /** A datagram socket that is not bound yet would say WSAEINVAL instead of "nothing there". */
    private void requireReceiving(IocpChannel channel) throws NativeFailure {
        requireNonBlocking(channel);
        int error = channel.stream ? 0 : ensureBound(channel);
        if (error != 0) {
            throw failure("bind", error);
        }
    }

    private void requireNonBlocking(IocpChannel channel) throws NativeFailure {
        int error = ensureNonBlocking(channel);
        if (error != 0) {
            throw failure("ioctlsocket FIONBIO", error);
        }
    }

    static int clipped(long length) {
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    private static long wouldBlockOrThrow(String call, int error) throws NativeFailure {
        if (error == WinError.WSAEWOULDBLOCK) {
            return Backend.WOULD_BLOCK;
        }
        throw failure(call, error);
    }

    /** A loss is remembered for later calls of whatever thread. */
    private static long wouldBlockOrLost(IocpChannel channel, String call, int error)
            throws NativeFailure {
        channel.noteLoss(WindowsErrors.outcomeOf(error)); // to wait is none
        return wouldBlockOrThrow(call, error);
    }

    // ---- errors -------------------------------------------------------------------------------

    NativeFailure failure(String call) {
        return failure(call, callState.wsaGetLastError());
    }

    static NativeFailure failure(String call, int error) {
        return new NativeFailure(
                call, WindowsErrors.outcomeOf(error), error, WindowsErrors.describe(error));
    }
}
