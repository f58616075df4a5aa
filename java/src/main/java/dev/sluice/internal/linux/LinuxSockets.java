package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcSystem;
import dev.sluice.internal.ffi.linux.Pollfd;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.SystemConstants;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.TcpSnapshot;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The calls on sockets that end at once and are the same for both Linux backends. One instance
 * belongs to one port and its thread: it holds the memory for addresses, options and errno.
 */
public final class LinuxSockets implements TryCalls {
    static {
        EarlyClasses.load(LinuxErrors.class, SocketConstants.class, LinuxTcpInfo.class);
    }

    /** TCP_CLOSE of the kernel's tcp_states.h: nothing is left of the connection. */
    private static final int TCP_CLOSE = 7;

    private final CallState callState;

    /** As a segment of the arena it keeps alive what is known here by address alone. */
    private final MemorySegment capture;

    private final long address;
    private final long addressLength;
    private final LinuxOptions options;
    private final LinuxTcpInfo tcpInfo;

    /**
     * Takes its memory from an arena that the garbage collector frees: it costs no atomic operation
     * on each call, as a shared arena would, and the kernel uses it only during a call.
     */
    public LinuxSockets() {
        Arena arena = Arena.ofAuto();
        callState = new CallState(arena);
        capture = callState.segment();
        MemorySegment memory = arena.allocate(LinuxSockaddr.MAX_SIZE + Integer.BYTES, Long.BYTES);
        address = memory.address();
        addressLength = address + LinuxSockaddr.MAX_SIZE;
        options = new LinuxOptions(arena, callState);
        tcpInfo = new LinuxTcpInfo(arena, callState);
    }

    public CallState callState() {
        return callState;
    }

    /** Memory for one address, used within one call only. */
    public long address() {
        return address;
    }

    /** Memory for the length of {@link #address}. */
    public long addressLength() {
        return addressLength;
    }

    // ---- opening and closing -----------------------------------------------------------------

    /** A non-blocking descriptor that no child process inherits. */
    public int open(int family, boolean stream) throws NativeFailure {
        int domain =
                switch (family) {
                    case RawAddress.IPV4 -> SocketConstants.AF_INET;
                    case RawAddress.IPV6 -> SocketConstants.AF_INET6;
                    case RawAddress.UNIX -> SocketConstants.AF_UNIX;
                    default -> throw new IllegalArgumentException("family " + family);
                };
        int type = stream ? SocketConstants.SOCK_STREAM : SocketConstants.SOCK_DGRAM;
        int flags = SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC;
        int fd = Libc.socket(capture, domain, type | flags, 0);
        if (fd < 0) {
            throw failure("socket");
        }
        if (family == RawAddress.IPV6) {
            takeIpv4Too(fd);
        }
        return fd;
    }

    /** Whatever net.ipv6.bindv6only says. */
    private void takeIpv4Too(int fd) throws NativeFailure {
        int errno = options.set(fd, OptionId.V6ONLY, 0);
        if (errno != 0) {
            Libc.close(capture, fd);
            throw failure("setsockopt V6ONLY", errno);
        }
    }

    /** An accepted descriptor, or -1 with errno in the call state. */
    public int accept(int listener) {
        int flags = SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC;
        return Libc.accept4(capture, listener, 0, 0, flags);
    }

    /** Makes the close that follows a reset: linger with zero seconds. */
    public void makeAbortive(Channel channel) {
        // It cannot fail on a stream socket, and there is no other way to a reset if it did.
        options.set((int) channel.handle, OptionId.LINGER_SECONDS, 0);
    }

    /** Gives the descriptor back; it is gone also when an error is reported, see close(2). */
    public int close(Channel channel) {
        int fd = (int) channel.handle;
        channel.handle = -1;
        return Libc.close(capture, fd) < 0 ? callState.errno() : 0;
    }

    /** As {@link #close}, from any thread: nothing of this object's memory is used. */
    public static int closeAnywhere(int fd) {
        CallState own = new CallState(Arena.ofAuto());
        return Libc.close(own.segment(), fd) < 0 ? own.errno() : 0;
    }

    // ---- addresses ---------------------------------------------------------------------------

    public void bind(Channel channel, RawAddress local) throws NativeFailure {
        if (local.family != channel.family) {
            throw failure("bind", Errno.EAFNOSUPPORT);
        }
        int length = encode(local, channel, "bind");
        if (Libc.bind(capture, (int) channel.handle, address, length) < 0) {
            throw failure("bind");
        }
    }

    public void listen(Channel channel, int backlog) throws NativeFailure {
        if (Libc.listen(capture, (int) channel.handle, backlog) < 0) {
            throw failure("listen");
        }
    }

    public void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        if (Libc.getsockname(capture, (int) channel.handle, address, addressLength) < 0) {
            throw failure("getsockname");
        }
        LinuxSockaddr.decode(address, Memory.getInt(addressLength), into);
    }

    public void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        if (Libc.getpeername(capture, (int) channel.handle, address, addressLength) < 0) {
            throw failure("getpeername");
        }
        LinuxSockaddr.decode(address, Memory.getInt(addressLength), into);
    }

    private int encode(RawAddress from, Channel channel, String call) throws NativeFailure {
        int length = encodePeer(channel, from);
        if (length < 0) {
            throw failure(call, -length);
        }
        return length;
    }

    // ---- options -----------------------------------------------------------------------------

    public void setOption(Channel channel, OptionId option, int value) throws NativeFailure {
        int errno = options.set((int) channel.handle, option, value);
        if (errno != 0) {
            throw failure("setsockopt " + option, errno);
        }
        if (option == OptionId.LINGER_SECONDS) {
            channel.lingerSeconds = value;
        }
    }

    public int getOption(Channel channel, OptionId option) throws NativeFailure {
        int value = options.get((int) channel.handle, option);
        if (options.lastErrno() != 0) {
            throw failure("getsockopt " + option, options.lastErrno());
        }
        return value;
    }

    /** Takes the pending error of the socket away: to be asked only about a connect. */
    public int takeError(Channel channel) {
        return options.takeError((int) channel.handle);
    }

    /** Whether there is a peer, asked after a connect has ended without an error. */
    public boolean isConnected(Channel channel) {
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        return Libc.getpeername(capture, (int) channel.handle, address, addressLength) == 0;
    }

    /** Takes the peer of a datagram socket away: connect(2) with AF_UNSPEC. */
    public int dissolve(Channel channel) {
        Memory.setLong(address, 0);
        Memory.setLong(address + Long.BYTES, 0);
        int result = Libc.connect(capture, (int) channel.handle, address, 2 * Long.BYTES);
        return result < 0 ? callState.errno() : 0;
    }

    /** Whether the peer ended its side by now, the connection is gone, or urgent data is there. */
    public boolean hasEnded(Channel channel) {
        Memory.setInt(address + Pollfd.FD, (int) channel.handle);
        Memory.setShort(address + Pollfd.EVENTS,
                (short) (EpollConstants.POLLRDHUP | EpollConstants.POLLPRI));
        Memory.setShort(address + Pollfd.REVENTS, (short) 0);
        return poll(address, 1) > 0;
    }

    /** poll(2) that does not wait; returns how many of the entries are ready. */
    public int poll(long pollfds, int count) {
        int ready;
        do {
            ready = Libc.poll(capture, pollfds, count, 0);
        } while (ready < 0 && wasInterrupted());
        return ready;
    }

    /** Bytes in the send queue, or -1 if unknown. */
    public long unacknowledged(Channel channel) {
        return tcpInfo.bytesUnacknowledged((int) channel.handle);
    }

    public TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        TcpSnapshot snapshot = tcpInfo.read((int) channel.handle);
        if (snapshot == null) {
            throw failure("getsockopt TCP_INFO");
        }
        return snapshot;
    }

    // ---- ends of streams -----------------------------------------------------------------------

    public int shutdown(Channel channel, int direction) {
        int result = Libc.shutdown(capture, (int) channel.handle, direction);
        return result < 0 ? callState.errno() : 0;
    }

    /**
     * What a receive of 0 bytes on a stream really means. The kernel tells of a reset only once: if a
     * send or a look at the error took it, the next receive answers 0, as at a clean end. A TCP
     * connection that is all closed although we never ended our side was reset. Whether we did is
     * looked at again after the state: the port's thread may be ending it meanwhile.
     */
    public Outcome endOfStream(Channel channel) {
        if (channel.sendShut || channel.family == RawAddress.UNIX) {
            return Outcome.EOF;
        }
        TcpSnapshot snapshot = tcpInfo.read((int) channel.handle);
        boolean closed = snapshot != null && snapshot.state() == TCP_CLOSE;
        return closed && !channel.sendShut ? Outcome.RESET : Outcome.EOF;
    }

    // ---- the try calls -------------------------------------------------------------------------

    @Override
    public long tryReceive(Channel channel, long buffer, long length) throws NativeFailure {
        if (channel.endTold) {
            return 0;
        }
        int flags = SocketConstants.MSG_DONTWAIT;
        long received;
        do {
            received = Libc.recv(capture, (int) channel.handle, buffer, length, flags);
        } while (received < 0 && wasInterrupted());
        if (received > 0 || (received == 0 && !channel.stream)) {
            return received;
        }
        if (received < 0) {
            return wouldBlockOrLost(channel, "recv");
        }
        Outcome lost = endOfStream(channel) == Outcome.RESET ? Outcome.RESET : channel.lost;
        if (lost == null) {
            channel.endTold = true;
            return 0;
        }
        channel.noteLoss(lost);
        throw lost == Outcome.RESET
                ? failure("recv", Errno.ECONNRESET)
                : new NativeFailure("recv", lost, 0, "the connection was lost before");
    }

    @Override
    public long trySend(Channel channel, long buffer, long length) throws NativeFailure {
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
        long sent;
        do {
            sent = Libc.send(capture, (int) channel.handle, buffer, length, flags);
        } while (sent < 0 && wasInterrupted());
        if (sent < 0 && LinuxErrors.isWithoutRoute(channel, callState.errno())) {
            throw noRoute("send");
        }
        return sent >= 0 ? sent : wouldBlockOrLost(channel, "send");
    }

    @Override
    public long tryReceiveFrom(Channel channel, long buffer, long length, RawAddress source)
            throws NativeFailure {
        // With MSG_TRUNC the answer is the length of the datagram, also of what was cut off.
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_TRUNC;
        long received;
        do {
            Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
            received =
                    Libc.recvfrom(capture, (int) channel.handle, buffer, length, flags, address,
                            addressLength);
        } while (received < 0 && wasInterrupted());
        if (received < 0) {
            return wouldBlockOrThrow("recvfrom");
        }
        LinuxSockaddr.decode(address, Memory.getInt(addressLength), source);
        return received;
    }

    @Override
    public long trySendTo(Channel channel, long buffer, long length, RawAddress to)
            throws NativeFailure {
        int addressBytes = encode(to, channel, "sendto");
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
        long sent;
        do {
            sent =
                    Libc.sendto(capture, (int) channel.handle, buffer, length, flags, address,
                            addressBytes);
        } while (sent < 0 && wasInterrupted());
        if (sent < 0 && LinuxErrors.isWithoutRoute(to, callState.errno())) {
            throw noRoute("sendto");
        }
        return sent >= 0 ? sent : wouldBlockOrThrow("sendto");
    }

    /** A descriptor, or -1 when no connection waits. */
    public int tryAccept(Channel channel) throws NativeFailure {
        while (true) {
            int fd = accept((int) channel.handle);
            if (fd >= 0) {
                return fd;
            }
            if (!LinuxErrors.isTransientAcceptError(callState.errno())) {
                return (int) wouldBlockOrThrow("accept4");
            }
        }
    }

    /**
     * Whether a signal came before the call did anything. Such a call is made again: to say that it
     * would block would let somebody wait for an edge that was there before.
     */
    private boolean wasInterrupted() {
        return callState.errno() == Errno.EINTR;
    }

    private long wouldBlockOrThrow(String call) throws NativeFailure {
        int errno = callState.errno();
        if (errno == Errno.EAGAIN) {
            return Backend.WOULD_BLOCK;
        }
        throw failure(call, errno);
    }

    /** A loss is remembered for later calls of any thread: the kernel reports it only once. */
    private long wouldBlockOrLost(Channel channel, String call) throws NativeFailure {
        try {
            return wouldBlockOrThrow(call);
        } catch (NativeFailure failure) {
            channel.noteLoss(failure.outcome());
            throw failure;
        }
    }

    // ---- memory and errors -----------------------------------------------------------------------

    /** Anonymous pages, which the system gives only when they are first touched. */
    @SuppressWarnings("restricted") // The bytes are ours: mmap has just given them.
    public MemorySegment allocatePages(long bytes, Arena arena) {
        int protection = SystemConstants.PROT_READ | SystemConstants.PROT_WRITE;
        int kind = SystemConstants.MAP_PRIVATE | SystemConstants.MAP_ANONYMOUS;
        long pages = LibcSystem.mmap(capture, 0, bytes, protection, kind, -1, 0);
        if (pages == SystemConstants.MAP_FAILED) {
            throw new OutOfMemoryError(
                    "mmap of " + bytes + " bytes: " + LinuxErrors.describe(callState.errno()));
        }
        return MemorySegment.ofAddress(pages).reinterpret(bytes, arena, LinuxSockets::unmap);
    }

    private static void unmap(MemorySegment pages) {
        CallState own = new CallState(Arena.ofAuto());
        int result = LibcSystem.munmap(own.segment(), pages.address(), pages.byteSize());
        assert result == 0 : "munmap: " + LinuxErrors.describe(own.errno());
    }

    private NativeFailure noRoute(String call) {
        int errno = callState.errno();
        return new NativeFailure(call, Outcome.UNREACHABLE, errno, LinuxErrors.describe(errno));
    }

    public NativeFailure failure(String call) {
        return failure(call, callState.errno());
    }

    public static NativeFailure failure(String call, int errno) {
        return new NativeFailure(
                call, LinuxErrors.outcomeOf(errno), errno, LinuxErrors.describe(errno));
    }

    /** The outcome and errno of a failed call of a request, for a report. */
    public static Outcome outcomeOf(RequestKind kind, int errno) {
        return LinuxErrors.outcomeOf(kind, errno);
    }

    /** The length of an encoded address in {@link #address}, or errno negated if it cannot be one. */
    public int encodePeer(Channel channel, @Nullable RawAddress peer) {
        if (peer == null || !peer.isPeerOf(channel.family)) {
            return -Errno.EAFNOSUPPORT;
        }
        int errno = LinuxSockaddr.check(peer);
        return errno != 0 ? -errno : LinuxSockaddr.encode(peer, channel.family, address);
    }
}
