package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.GroupMembership;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PeerIds;
import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RawOption;
import dev.sluice.internal.spi.ReceivedRights;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TcpSnapshot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The socket calls that complete at once. An instance belongs to one port and its thread: it holds
 * the memory for addresses, options and error codes.
 */
final class WindowsSockets extends WindowsTryCalls implements SocketCalls {
    /** How long after WSAEWOULDBLOCK a lingering close is repeated. */
    private static final long REPEAT_CLOSE_NANOS = 1_000_000;

    private static final int MAX_BACKLOG_WITHOUT_HINT = 200;
    private static final int MAX_BACKLOG_WITH_HINT = 65_535;

    private final KeepAliveTimes keepAliveTimes = new KeepAliveTimes(callState, options);
    private final WindowsTcpInfo tcpInfo = new WindowsTcpInfo(callState);

    // ---- opening and closing -------------------------------------------------------------------

    /** Returns a new socket, or INVALID_SOCKET with the cause in the call state. */
    long socket(int rawFamily, boolean stream) {
        int flags =
                WinsockConstants.WSA_FLAG_OVERLAPPED | WinsockConstants.WSA_FLAG_NO_HANDLE_INHERIT;
        calls.addOther();
        return Ws2.WSASocketW(
                capture,
                WindowsSockaddr.familyOf(rawFamily),
                stream ? WinsockConstants.SOCK_STREAM : WinsockConstants.SOCK_DGRAM,
                stream ? WinsockConstants.IPPROTO_TCP : WinsockConstants.IPPROTO_UDP,
                0,
                0,
                flags);
    }

    @Override
    public IocpChannel open(int rawFamily, boolean stream) throws NativeFailure {
        if (WindowsSockaddr.familyOf(rawFamily) < 0) {
            throw failure("WSASocketW", WinError.WSAEAFNOSUPPORT);
        }
        long handle = socket(rawFamily, stream);
        if (handle == WinsockConstants.INVALID_SOCKET) {
            throw failure("WSASocketW");
        }
        IocpChannel channel = new IocpChannel(rawFamily, stream, handle);
        if (rawFamily == RawAddress.IPV6) {
            // Windows starts with IPv6 alone; other kernels accept IPv4 too.
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

    @Override
    public IocpChannel openRecords() throws NativeFailure {
        throw failure("WSASocketW AF_UNIX", WinError.WSAEAFNOSUPPORT);
    }

    @Override
    public IocpChannel openDetached(Channel detached) {
        IocpChannel from = (IocpChannel) detached;
        IocpChannel channel = new IocpChannel(from.family, from.stream, from.handle);
        channel.takeOver(from);
        return channel;
    }

    @Override
    public IocpChannel adopt(long handle) throws NativeFailure {
        ForeignSocket found = ForeignSocket.look(handle, options);
        IocpChannel channel = new IocpChannel(found.family(), found.stream(), handle);
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addOther();
        channel.bound = Ws2.getsockname(capture, handle, address, number) == 0;
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addOther();
        boolean connected = !found.listens()
                && Ws2.getpeername(capture, handle, address, number) == 0;
        channel.noteAdopted(
                found.listens()
                        ? Channel.State.LISTENING
                        : connected ? Channel.State.CONNECTED : Channel.State.OPEN,
                false); // Windows does not report it.
        int linger = options.get(handle, OptionId.LINGER_SECONDS);
        channel.noteOption(OptionId.LINGER_SECONDS, linger);
        return channel;
    }

    /**
     * Sets whether an ICMP message fails the next receive: a port is not open (WSAECONNRESET), or
     * the time to live of a datagram was over (WSAENETRESET). That is right for a connected socket.
     * On any other socket a datagram to one peer would fail the receives from all peers. Wine does
     * not know the calls and never fails such a receive.
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
        calls.addOther();
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

    @Override
    public void makeAbortive(Channel channel) {
        // This cannot fail on a stream socket, and only this makes the close a reset.
        options.set(channel.handle, OptionId.LINGER_SECONDS, 0);
    }

    @Override
    public int close(Channel channel) {
        long handle = channel.handle;
        channel.handle = -1;
        return closeHandle(handle);
    }

    int closeHandle(long handle) {
        calls.addOther();
        return Ws2.closesocket(capture, handle) == 0 ? 0 : callState.wsaGetLastError();
    }

    /**
     * Closes a socket and blocks for its linger time, with none of this object's memory.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock/nf-winsock-closesocket">
     *     closesocket</a>
     */
    @Override
    public int closeBlocking(long handle) {
        Arena arena = Arena.ofAuto();
        WindowsCallState own = new WindowsCallState(arena);
        MemorySegment off = arena.allocate(ValueLayout.JAVA_INT);
        // A non-blocking socket with a linger time fails with WSAEWOULDBLOCK instead of blocking. If this
        // call fails, the loop below waits.
        Ws2.ioctlsocket(own.segment(), handle, WinsockConstants.FIONBIO, off.address());
        while (Ws2.closesocket(own.segment(), handle) != 0) {
            int error = own.wsaGetLastError();
            if (error != WinError.WSAEWOULDBLOCK) {
                return error;
            }
            LockSupport.parkNanos(REPEAT_CLOSE_NANOS);
        }
        return 0;
    }

    // ---- addresses ---------------------------------------------------------------------------

    @Override
    public void bind(Channel socket, RawAddress local) throws NativeFailure {
        IocpChannel channel = (IocpChannel) socket;
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
        calls.addOther();
        if (Ws2.bind(capture, channel.handle, address, length) != 0) {
            throw failure("bind");
        }
        channel.bound = true;
    }

    @Override
    public void listen(Channel channel, int backlog) throws NativeFailure {
        calls.addOther();
        if (Ws2.listen(capture, channel.handle, backlogOf(backlog)) != 0) {
            throw failure("listen");
        }
    }

    /** Listens on a free port of 127.0.0.1, for a probe. */
    void listenOnLoopback(IocpChannel listener) throws NativeFailure {
        RawAddress loopback = new RawAddress();
        loopback.family = RawAddress.IPV4;
        loopback.low = 0x7F00_0001L;
        bind(listener, loopback);
        listen(listener, 1);
    }

    /**
     * Returns the argument of listen for a backlog. Above 200 it is SOMAXCONN_HINT, the negative of the
     * length; without that Windows limits it to 200.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-listen">
     *     listen</a>
     */
    static int backlogOf(int backlog) {
        return backlog <= MAX_BACKLOG_WITHOUT_HINT
                ? backlog
                : -Math.min(backlog, MAX_BACKLOG_WITH_HINT);
    }

    /**
     * Connects a datagram socket, or dissolves its association if the peer is NONE. A stream would block,
     * so only a probe connects one this way.
     *
     * @return the error code, or 0
     */
    int connect(IocpChannel channel, RawAddress peer) {
        int length =
                peer.family == RawAddress.NONE
                        ? WindowsSockaddr.encodeAny(channel.family, address)
                        : WindowsSockaddr.encodeDestination(peer, channel.family, address);
        calls.addTry();
        if (Ws2.connect(capture, channel.handle, address, length) != 0) {
            return callState.wsaGetLastError();
        }
        channel.bound = true;
        return 0;
    }

    @Override
    public void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addOther();
        if (Ws2.getsockname(capture, channel.handle, address, number) != 0) {
            if (callState.wsaGetLastError() != WinError.WSAEINVAL) {
                throw failure("getsockname");
            }
            // Not bound yet: other kernels return any address and port 0.
            into.clear();
            into.family = channel.family;
            return;
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), into);
    }

    @Override
    public void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        RawAddress known = ((IocpChannel) channel).acceptedPeer;
        if (known != null) {
            into.set(known);
            return;
        }
        Memory.setInt(number, WindowsSockaddr.MAX_SIZE);
        calls.addOther();
        if (Ws2.getpeername(capture, channel.handle, address, number) != 0) {
            throw failure("getpeername");
        }
        WindowsSockaddr.decode(address, Memory.getInt(number), into);
    }

    // ---- options -----------------------------------------------------------------------------

    @Override
    public void setOption(Channel channel, OptionId option, int value) throws NativeFailure {
        int result = options.set(channel.handle, channel.family, option, value);
        int error = keepAliveTimes.afterSet((IocpChannel) channel, option, value, result);
        if (error != 0) {
            throw failure("setsockopt " + option, error);
        }
        channel.noteOption(option, value);
    }

    @Override
    public int getOption(Channel channel, OptionId option) throws NativeFailure {
        int value = options.get(channel.handle, channel.family, option);
        if (options.lastError() != 0) {
            int kept = KeepAliveTimes.get((IocpChannel) channel, option);
            if (kept != 0) {
                return kept;
            }
            throw failure("getsockopt " + option, options.lastError());
        }
        return value;
    }

    /** Windows has no option whose value is a name. */
    @Override
    public void setOption(Channel channel, OptionId option, byte[] value) throws NativeFailure {
        throw failure("setsockopt " + option, WinError.WSAENOPROTOOPT);
    }

    @Override
    public byte[] getOption(Channel channel, OptionId option, int maxBytes) throws NativeFailure {
        throw failure("getsockopt " + option, WinError.WSAENOPROTOOPT);
    }

    @Override
    public void setRawOption(Channel channel, RawOption option, byte[] value)
            throws NativeFailure {
        int error = options.set(channel.handle, option.level(), option.number(), value);
        if (error != 0) {
            throw failure("setsockopt " + option.name(), error);
        }
    }

    @Override
    public byte[] getRawOption(Channel channel, RawOption option, int maxBytes)
            throws NativeFailure {
        byte[] value = options.get(channel.handle, option.level(), option.number(), maxBytes);
        if (value == null) {
            throw failure("getsockopt " + option.name(), options.lastError());
        }
        return value;
    }

    @Override
    public void changeMembership(Channel channel, OptionId option, GroupMembership membership)
            throws NativeFailure {
        boolean join = option == OptionId.MULTICAST_JOIN;
        int error = WindowsMemberships.change(options, channel.handle, join, membership);
        if (error != 0) {
            throw failure("setsockopt " + option, error);
        }
    }

    @Override
    public QueuedError takeQueuedError(Channel channel) throws NativeFailure {
        throw failure("WSARecvMsg of errors", WinError.WSAENOPROTOOPT);
    }

    @Override
    public PeerIds peerIds(Channel channel) throws NativeFailure {
        throw failure("getsockopt PEERCRED", WinError.WSAENOPROTOOPT);
    }

    /** Gives an accepted socket the properties of its listener; returns the error code, or 0. */
    int updateAcceptContext(long accepted, long listener) {
        return options.setSocket(accepted, WinsockConstants.SO_UPDATE_ACCEPT_CONTEXT, listener);
    }

    /** Lets shutdown and getpeername work after ConnectEx; returns the error code, or 0. */
    int updateConnectContext(long connected) {
        return options.setSocket(connected, WinsockConstants.SO_UPDATE_CONNECT_CONTEXT, 0);
    }

    @Override
    public TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        return tcpInfo.of(channel);
    }

    @Override
    public long unacknowledged(Channel channel) {
        try {
            return tcpInfo(channel).bytesUnacknowledged();
        } catch (NativeFailure unsupported) {
            return -1;
        }
    }

    @Override
    public int shutdown(Channel channel, int direction) {
        calls.addOther();
        return Ws2.shutdown(capture, channel.handle, direction) == 0
                ? 0
                : callState.wsaGetLastError();
    }

    // ---- connections ---------------------------------------------------------------------------

    /** Accepts a connection; one that AcceptEx had accepted ahead comes first. */
    @Override
    public @Nullable Channel tryAccept(Channel socket) throws NativeFailure {
        IocpChannel listener = (IocpChannel) socket;
        IocpChannel.Listening listening = listener.listening;
        if (listening != null && !listening.arrived.isEmpty()) {
            return listening.arrived.remove();
        }
        requireNonBlocking(listener);
        while (true) {
            calls.addTry();
            long accepted = Ws2.accept(capture, listener.handle, 0, 0);
            if (accepted != WinsockConstants.INVALID_SOCKET) {
                forbidInheritance(accepted);
                return acceptedBy(listener, accepted);
            }
            int error = callState.wsaGetLastError();
            if (!WindowsErrors.isTransientAcceptError(error)) {
                wouldBlockOrThrow("accept", error);
                return null;
            }
        }
    }

    /** Creates the channel of a connection, with the properties that Windows does not inherit. */
    IocpChannel acceptedBy(IocpChannel listener, long handle) {
        IocpChannel channel = new IocpChannel(listener.family, true, handle);
        channel.bound = true;
        keepAliveTimes.inherit(channel, listener);
        return channel;
    }

    /**
     * Keeps child processes from inheriting a handle, since accept() has no flag for it as
     * WSASocketW has. Where the call fails, no such child processes exist either.
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/api/handleapi/nf-handleapi-sethandleinformation">
     *     SetHandleInformation</a>
     */
    void forbidInheritance(long handle) {
        calls.addOther();
        Kernel32.SetHandleInformation(capture, handle, KernelConstants.HANDLE_FLAG_INHERIT, 0);
    }

    // ---- descriptors of other processes -----------------------------------------------------------

    /** Windows has no such messages: WSADuplicateSocket makes a handle for a process that is known. */
    @Override
    public long trySendRights(Channel channel, MemorySegment bytes, long[] descriptors)
            throws NativeFailure {
        throw failure("WSASendMsg of descriptors", WinError.WSAEOPNOTSUPP);
    }

    @Override
    public ReceivedRights tryReceiveRights(Channel channel, MemorySegment into, int most)
            throws NativeFailure {
        throw failure("WSARecvMsg of descriptors", WinError.WSAEOPNOTSUPP);
    }

    // ---- codes -------------------------------------------------------------------------------

    @Override
    public Outcome outcomeOf(RequestKind kind, int nativeCode) {
        return WindowsErrors.outcomeOf(kind, nativeCode, true);
    }

    @Override
    public String describe(int nativeCode) {
        return WindowsErrors.describe(nativeCode);
    }
}
