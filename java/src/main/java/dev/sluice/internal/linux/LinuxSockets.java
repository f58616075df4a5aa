package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.Pollfd;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.Ucred;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The calls on sockets that end at once. An instance belongs to one port and its thread: it holds
 * the memory for addresses, options and errno. Each backend adds its own channels.
 */
public abstract class LinuxSockets extends LinuxTryCalls implements SocketCalls {
    /** Makes the backend's channel for a descriptor. */
    protected abstract Channel channelOf(int family, boolean stream, int fd);

    // ---- opening and closing -------------------------------------------------------------------

    @Override
    public final Channel open(int family, boolean stream) throws NativeFailure {
        int domain =
                switch (family) {
                    case RawAddress.IPV4 -> SocketConstants.AF_INET;
                    case RawAddress.IPV6 -> SocketConstants.AF_INET6;
                    case RawAddress.UNIX -> SocketConstants.AF_UNIX;
                    default -> throw new IllegalArgumentException("family " + family);
                };
        int fd = socket(domain, stream ? SocketConstants.SOCK_STREAM : SocketConstants.SOCK_DGRAM);
        if (family == RawAddress.IPV6) {
            acceptIpv4Too(fd);
        }
        return channelOf(family, stream, fd);
    }

    @Override
    public final Channel openRecords() throws NativeFailure {
        int fd = socket(SocketConstants.AF_UNIX, SocketConstants.SOCK_SEQPACKET);
        Channel channel = channelOf(RawAddress.UNIX, true, fd);
        channel.carryRecords();
        return channel;
    }

    private int socket(int domain, int type) throws NativeFailure {
        int flags = SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC;
        calls.addOther();
        int fd = Libc.socket(capture, domain, type | flags, 0);
        if (fd < 0) {
            throw failure("socket");
        }
        return fd;
    }

    /** Overrides the sysctl net.ipv6.bindv6only. */
    private void acceptIpv4Too(int fd) throws NativeFailure {
        int errno = options.set(fd, OptionId.V6ONLY, 0);
        if (errno != 0) {
            calls.addOther();
            Libc.close(capture, fd);
            throw failure("setsockopt V6ONLY", errno);
        }
    }

    @Override
    public final Channel openDetached(Channel detached) {
        return channelOf(detached.family, detached.stream, (int) detached.handle);
    }

    @Override
    public final Channel adopt(long handle) throws NativeFailure {
        int fd = handle == (int) handle ? (int) handle : -1;
        ForeignDescriptor found = ForeignDescriptor.look(fd, options);
        Channel channel = channelOf(found.family(), found.stream(), fd);
        if (found.records()) {
            channel.carryRecords();
        }
        boolean connected = !found.listens() && isConnected(channel);
        ForeignDescriptor.prepare(fd, callState);
        channel.noteAdopted(
                found.listens()
                        ? Channel.State.LISTENING
                        : connected ? Channel.State.CONNECTED : Channel.State.OPEN,
                connected && wasSendShut(channel));
        ForeignDescriptor.noteOptions(channel, options);
        return channel;
    }

    /** Makes the channel of a connection that a listener accepted. */
    public final Channel acceptedBy(Channel listener, int fd) {
        Channel accepted = channelOf(listener.family, true, fd);
        if (listener.carriesRecords()) {
            accepted.carryRecords();
        }
        return accepted;
    }

    @Override
    public final void makeAbortive(Channel channel) {
        // It cannot fail on a stream socket, and a reset has no other way.
        options.set((int) channel.handle, OptionId.LINGER_SECONDS, 0);
    }

    /** Closes the descriptor, which is gone even after an error: close(2). */
    @Override
    public final int close(Channel channel) {
        int fd = (int) channel.handle;
        channel.handle = -1;
        calls.addOther();
        return Libc.close(capture, fd) < 0 ? callState.errno() : 0;
    }

    @Override
    public final int closeBlocking(long handle) {
        return closeOnAnyThread((int) handle);
    }

    /** Closes a descriptor without the memory of an instance. */
    public static int closeOnAnyThread(int fd) {
        CallState own = new CallState(Arena.ofAuto());
        return Libc.close(own.segment(), fd) < 0 ? own.errno() : 0;
    }

    // ---- addresses ---------------------------------------------------------------------------

    @Override
    public final void bind(Channel channel, RawAddress local) throws NativeFailure {
        if (local.family != channel.family) {
            throw failure("bind", Errno.EAFNOSUPPORT);
        }
        int length = encode(local, channel, "bind");
        calls.addOther();
        if (Libc.bind(capture, (int) channel.handle, address, length) < 0) {
            throw failure("bind");
        }
    }

    @Override
    public final void listen(Channel channel, int backlog) throws NativeFailure {
        calls.addOther();
        if (Libc.listen(capture, (int) channel.handle, backlog) < 0) {
            throw failure("listen");
        }
    }

    @Override
    public final void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        calls.addOther();
        if (Libc.getsockname(capture, (int) channel.handle, address, addressLength) < 0) {
            throw failure("getsockname");
        }
        LinuxSockaddr.decode(address, Memory.getInt(addressLength), into);
    }

    @Override
    public final void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        if (!isConnected(channel)) {
            throw failure("getpeername");
        }
        LinuxSockaddr.decode(address, Memory.getInt(addressLength), into);
    }

    // ---- options -----------------------------------------------------------------------------

    @Override
    public final void setOption(Channel channel, OptionId option, int value)
            throws NativeFailure {
        checkSet(option.name(), options.set((int) channel.handle, channel.family, option, value));
        channel.noteOption(option, value);
    }

    private static void checkSet(String option, int errno) throws NativeFailure {
        if (errno != 0) {
            throw new NativeFailure("setsockopt " + option, LinuxErrors.outcomeOfOption(errno),
                    errno, LinuxErrors.describe(errno));
        }
    }

    @Override
    public final int getOption(Channel channel, OptionId option) throws NativeFailure {
        int value = options.get((int) channel.handle, channel.family, option);
        if (options.lastErrno() != 0) {
            throw failure("getsockopt " + option, options.lastErrno());
        }
        return value;
    }

    @Override
    public final void setOption(Channel channel, OptionId option, byte[] value)
            throws NativeFailure {
        setRawOption(channel, rawOf(option), value);
    }

    @Override
    public final byte[] getOption(Channel channel, OptionId option, int maxBytes)
            throws NativeFailure {
        return getRawOption(channel, rawOf(option), maxBytes);
    }

    private static RawOption rawOf(OptionId option) {
        return new RawOption(option.name(), LinuxOptionNames.level(option),
                LinuxOptionNames.name(option));
    }

    @Override
    public final void setRawOption(Channel channel, RawOption option, byte[] value)
            throws NativeFailure {
        checkSet(option.name(),
                options.set((int) channel.handle, option.level(), option.number(), value));
    }

    @Override
    public final byte[] getRawOption(Channel channel, RawOption option, int maxBytes)
            throws NativeFailure {
        byte[] value = options.get(
                (int) channel.handle, option.level(), option.number(), maxBytes);
        if (value == null) {
            throw failure("getsockopt " + option.name(), options.lastErrno());
        }
        return value;
    }

    @Override
    public final void changeMembership(
            Channel channel, OptionId option, GroupMembership membership) throws NativeFailure {
        boolean join = option == OptionId.MULTICAST_JOIN;
        checkSet(option.name(),
                options.changeMembership((int) channel.handle, join, membership));
    }

    @Override
    public final @Nullable QueuedError takeQueuedError(Channel channel) throws NativeFailure {
        return ErrorQueue.take((int) channel.handle, callState);
    }

    /** Other sockets than those of Unix would report nobody without an error. */
    @Override
    public final PeerIds peerIds(Channel channel) throws NativeFailure {
        if (channel.family != RawAddress.UNIX) {
            throw failure("getsockopt PEERCRED", Errno.ENOPROTOOPT);
        }
        ByteBuffer ids = ByteBuffer.wrap(getOption(channel, OptionId.PEERCRED, Ucred.SIZE))
                .order(ByteOrder.nativeOrder());
        return new PeerIds(ids.getInt(Ucred.PID), ids.getInt(Ucred.UID), ids.getInt(Ucred.GID));
    }

    @Override
    public final TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        TcpSnapshot snapshot = tcpInfo.read((int) channel.handle);
        if (snapshot == null) {
            throw failure("getsockopt TCP_INFO");
        }
        return snapshot;
    }

    @Override
    public final long unacknowledged(Channel channel) {
        return tcpInfo.bytesUnacknowledged((int) channel.handle);
    }

    // ---- connections ---------------------------------------------------------------------------

    /** Returns an accepted descriptor, or -1 with errno in the call state. */
    public final int accept(int listener) {
        int flags = SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC;
        calls.addTry();
        return Libc.accept4(capture, listener, 0, 0, flags);
    }

    @Override
    public @Nullable Channel tryAccept(Channel listener) throws NativeFailure {
        while (true) {
            int fd = accept((int) listener.handle);
            if (fd >= 0) {
                return acceptedBy(listener, fd);
            }
            if (!LinuxErrors.isTransientAcceptError(callState.errno())) {
                wouldBlockOrThrow("accept4");
                return null;
            }
        }
    }

    @Override
    public final int shutdown(Channel channel, int direction) {
        calls.addOther();
        int result = Libc.shutdown(capture, (int) channel.handle, direction);
        return result < 0 ? callState.errno() : 0;
    }

    /** Takes the pending error of a connect; any other use would hide an error from a receive. */
    public final int takeError(Channel channel) {
        return options.takeError((int) channel.handle);
    }

    /** Returns true if the socket has a peer, whose address is then at {@link #address}. */
    public final boolean isConnected(Channel channel) {
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        calls.addOther();
        return Libc.getpeername(capture, (int) channel.handle, address, addressLength) == 0;
    }

    /** Dissolves the association of a datagram socket, or resets a stream: connect(2), AF_UNSPEC. */
    public final int dissolve(Channel channel) {
        Memory.setLong(address, 0);
        Memory.setLong(address + Long.BYTES, 0);
        calls.addOther();
        int result = Libc.connect(capture, (int) channel.handle, address, 2 * Long.BYTES);
        return result < 0 ? callState.errno() : 0;
    }

    /** Returns true if the peer ended its side, the connection is gone, or urgent data is there. */
    public final boolean hasEnded(Channel channel) {
        return poll(channel, EpollConstants.POLLRDHUP | EpollConstants.POLLPRI) != 0;
    }

    /** Returns which of the events, and which ends, poll(2) reports now; it does not block. */
    public final int poll(Channel channel, int events) {
        Memory.setInt(address + Pollfd.FD, (int) channel.handle);
        Memory.setShort(address + Pollfd.EVENTS, (short) events);
        Memory.setShort(address + Pollfd.REVENTS, (short) 0);
        int count;
        do {
            calls.addOther();
            count = Libc.poll(capture, address, 1, 0);
        } while (count < 0 && wasInterrupted());
        return count > 0 ? Memory.getShort(address + Pollfd.REVENTS) & 0xFFFF : 0;
    }

    // ---- descriptors of other processes -----------------------------------------------------------

    @Override
    public final long trySendRights(Channel channel, MemorySegment bytes, long[] descriptors)
            throws NativeFailure {
        long sent = RightsMessage.send(callState, (int) channel.handle, bytes, descriptors);
        return sent >= 0 ? sent : wouldBlockOrLost(channel, "sendmsg");
    }

    @Override
    public final @Nullable ReceivedRights tryReceiveRights(
            Channel channel, MemorySegment into, int most) throws NativeFailure {
        if (channel.endReported) {
            return new ReceivedRights(0, new long[0], false, false);
        }
        ReceivedRights received =
                RightsMessage.receive(callState, (int) channel.handle, into, most);
        if (received == null) {
            wouldBlockOrLost(channel, "recvmsg");
        } else if (received.bytes == 0 && channel.stream) {
            nothingReceived(channel, 0);
        }
        return received;
    }

    // ---- codes ---------------------------------------------------------------------------------

    @Override
    public final Outcome outcomeOf(RequestKind kind, int nativeCode) {
        return LinuxErrors.outcomeOf(kind, nativeCode);
    }

    @Override
    public final String describe(int nativeCode) {
        return LinuxErrors.describe(nativeCode);
    }
}
