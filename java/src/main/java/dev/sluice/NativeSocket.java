package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of one {@link CompletionPort}. Bytes move by operations that are submitted to the port, or
 * by the {@code try} calls of this class, which never block.
 *
 * <p>All methods belong to the port's thread, except {@link #tryReceive}, {@link #trySend}, {@link
 * #tryReceiveFrom} and {@link #trySendTo}, which any thread may call. A {@link Close} operation closes
 * the socket. Calls then fail with IllegalStateException; they never reach another socket that got the
 * same descriptor.
 */
public final class NativeSocket {
    /** Result of the {@code try} calls: the call would block; wait with {@link Readiness}. */
    public static final long WOULD_BLOCK = -2;

    /** Result of {@link #tryReceive}: the peer has ended its side. */
    public static final long END_OF_STREAM = -1;

    /** The states of a socket. */
    public enum State {
        /** It is open, and perhaps bound. */
        OPEN,
        /** It accepts connections. */
        LISTENING,
        /** A connect is pending. */
        CONNECTING,
        /** It has a peer. */
        CONNECTED,
        /** A close was submitted and has not ended. */
        CLOSING,
        /** Its descriptor is closed. */
        CLOSED
    }

    /** The most bytes that one call copies of memory that another thread might free meanwhile. */
    private static final long COPIED_BYTES = 64 * 1024;

    final Channel channel;
    private final CompletionPort port;
    private final SocketType type;

    static NativeSocket of(CompletionPort port, Channel channel) {
        return channel.owner instanceof NativeSocket known
                ? known
                : new NativeSocket(port, channel);
    }

    NativeSocket(CompletionPort port, Channel channel) {
        this.port = port;
        this.channel = channel;
        this.type = SocketType.of(channel);
        channel.owner = this;
    }

    /**
     * Returns the port of the socket. Any thread may call.
     *
     * @return always the same port
     */
    public CompletionPort port() {
        return port;
    }

    /**
     * Returns the transport and address family. Any thread may call.
     *
     * @return always the same type
     */
    public SocketType type() {
        return type;
    }

    /**
     * Returns the state of the socket.
     *
     * @return the state after the events that were delivered or are queued
     */
    public State state() {
        return switch (channel.state) {
            case OPEN -> State.OPEN;
            case LISTENING -> State.LISTENING;
            case CONNECTING -> State.CONNECTING;
            case CONNECTED -> State.CONNECTED;
            case CLOSING -> State.CLOSING;
            case CLOSED -> State.CLOSED;
        };
    }

    /**
     * Returns true if operations may be submitted.
     *
     * @return false from the submission of a {@link Close} on
     */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Binds the socket to a local address.
     *
     * @param address of the socket's family; port 0 lets the kernel choose a port
     * @return this socket
     * @throws SystemCallException ADDRESS_IN_USE, ADDRESS_UNAVAILABLE, PERMISSION and the like
     */
    public NativeSocket bind(Address address) throws SystemCallException {
        SocketCalls sockets = ready("bind");
        try {
            sockets.bind(channel, address.raw());
        } catch (NativeFailure failure) {
            throw failed(address.toString(), failure);
        }
        return this;
    }

    /**
     * Starts to listen for connections, which an {@link Accept} or {@link #tryAccept} takes.
     *
     * @param backlog connections that may wait to be accepted, 1 or more; the kernel may keep fewer
     *     (net.core.somaxconn)
     * @return this socket
     * @throws SystemCallException ADDRESS_IN_USE, INVALID and the like
     */
    public NativeSocket listen(int backlog) throws SystemCallException {
        ready("listen");
        checkBacklog(backlog);
        try {
            port.engine().listen(channel, backlog);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        return this;
    }

    static void checkBacklog(int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog of " + backlog + ": use 1 or more");
        }
    }

    /**
     * Returns the address of this side, with the port that the kernel chose.
     *
     * @return the local address
     * @throws SystemCallException if the kernel reports none
     */
    public Address localAddress() throws SystemCallException {
        SocketCalls sockets = ready("local address");
        RawAddress raw = new RawAddress();
        try {
            sockets.localAddress(channel, raw);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        return Address.copyOf(raw);
    }

    /**
     * Returns the address of the peer.
     *
     * @return the peer's address; an IPv4 address if it reached an IPv6 socket by IPv4
     * @throws SystemCallException NOT_CONNECTED if the socket is not connected, or no longer
     */
    public Address peerAddress() throws SystemCallException {
        SocketCalls sockets = ready("peer address");
        RawAddress raw = new RawAddress();
        try {
            sockets.peerAddress(channel, raw);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        return Address.copyOf(raw);
    }

    /**
     * Sets an option.
     *
     * @param option the option
     * @param value its new value
     * @param <T> the type of the value
     * @return this socket
     * @throws SystemCallException UNSUPPORTED if the operating system lacks it, PERMISSION, or INVALID;
     *     its message names the option, the value and the remedy
     */
    public <T> NativeSocket set(SockOpt<T> option, T value) throws SystemCallException {
        SocketCalls sockets = ready("set an option");
        try {
            option.set(sockets, channel, value);
        } catch (NativeFailure failure) {
            throw option.failure(type, " = " + SockOpt.text(value), failure);
        }
        return this;
    }

    /**
     * Reads an option from the kernel.
     *
     * @param option the option
     * @param <T> the type of the value
     * @return the kernel's value, which may differ from the one that was set
     * @throws SystemCallException UNSUPPORTED with the option's name if the operating system lacks it
     */
    public <T> T get(SockOpt<T> option) throws SystemCallException {
        SocketCalls sockets = ready("get an option");
        try {
            return option.get(sockets, channel);
        } catch (NativeFailure failure) {
            throw option.failure(type, "", failure);
        }
    }

    /**
     * Returns what the kernel knows of the connection now.
     *
     * @return a snapshot
     * @throws SystemCallException UNSUPPORTED if the operating system or the socket has no TCP_INFO
     */
    public TcpInfo tcpInfo() throws SystemCallException {
        SocketCalls sockets = ready("get TCP_INFO");
        try {
            return TcpInfo.of(sockets.tcpInfo(channel));
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    /** As {@link dev.sluice.internal.access.PortAccess#unacknowledgedBytes}. */
    long unacknowledgedBytes() {
        return ready("look at the send queue").unacknowledged(channel);
    }

    /**
     * Receives the bytes that are there, without blocking. Any thread may call. Do not mix it with a
     * pending {@link Receive}.
     *
     * @param buffer native memory; that of the pool, of the global arena, of an arena confined to this
     *     thread, and on the port's thread of {@link CompletionPort#allocate}, is received into
     *     directly, other memory by way of a copy of at most 64 KiB
     * @return bytes received, {@link #END_OF_STREAM}, or {@link #WOULD_BLOCK}
     * @throws SystemCallException RESET, TIMED_OUT and the like; on another thread than the port's also
     *     CLOSED_LOCALLY after a close, since that thread cannot know of it
     * @throws IllegalStateException on the port's thread if the socket is closed; on any thread if the
     *     memory was released
     */
    public long tryReceive(MemorySegment buffer) throws SystemCallException {
        return tryReceive(buffer, 0, buffer.byteSize());
    }

    /**
     * Receives into a part of the memory as {@link #tryReceive(MemorySegment)} does, without a slice.
     *
     * @param buffer native memory
     * @param offset first byte
     * @param length most bytes
     * @return bytes received, {@link #END_OF_STREAM}, or {@link #WOULD_BLOCK}
     * @throws SystemCallException RESET, TIMED_OUT, CLOSED_LOCALLY and the like
     */
    public long tryReceive(MemorySegment buffer, long offset, long length)
            throws SystemCallException {
        Memory.requireWritable(this, buffer, length, "receive");
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        if (!Memory.isHeld(this, buffer)) {
            return tryReceiveCopy(buffer.asSlice(offset, length));
        }
        long address = buffer.address() + offset;
        try {
            long received =
                    port.isOwner()
                            ? ready("receive").tryReceive(channel, address, length)
                            : port.engine().offThreadCalls().tryReceive(channel, address, length);
            if (received > 0) {
                return received;
            }
            if (received == SocketCalls.WOULD_BLOCK) {
                return WOULD_BLOCK;
            }
            return type.isConnectionOriented() ? END_OF_STREAM : 0;
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    private long tryReceiveCopy(MemorySegment buffer) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(lengthOfCopy(buffer));
            long received = tryReceive(copy);
            if (received > 0) {
                MemorySegment.copy(copy, 0, buffer, 0, received);
            }
            return received;
        }
    }

    /** A datagram is copied whole; of a stream one call moves at most {@link #COPIED_BYTES}. */
    long lengthOfCopy(MemorySegment buffer) {
        long length = buffer.byteSize();
        return type.isStream() ? Math.min(length, COPIED_BYTES) : length;
    }

    /**
     * Sends the bytes that the kernel takes now, without blocking. Any thread may call. Do not mix it
     * with a pending {@link Send}.
     *
     * @param buffer native memory, copied or not as by {@link #tryReceive(MemorySegment)}
     * @return bytes sent, possibly fewer than the buffer has, or {@link #WOULD_BLOCK}
     * @throws SystemCallException BROKEN_PIPE, RESET and the like; on another thread than the port's
     *     also CLOSED_LOCALLY after a close
     * @throws IllegalStateException on the port's thread if the socket is closed; on any thread if the
     *     memory was released
     */
    public long trySend(MemorySegment buffer) throws SystemCallException {
        return trySend(buffer, 0, buffer.byteSize());
    }

    /**
     * Sends a part of the memory as {@link #trySend(MemorySegment)} does, without a slice.
     *
     * @param buffer native memory
     * @param offset first byte
     * @param length number of bytes
     * @return bytes sent, possibly fewer than {@code length}, or {@link #WOULD_BLOCK}
     * @throws SystemCallException BROKEN_PIPE, RESET, CLOSED_LOCALLY and the like
     */
    public long trySend(MemorySegment buffer, long offset, long length) throws SystemCallException {
        Memory.requireUsable(buffer, "send");
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        type.requireBytes(length);
        if (!Memory.isHeld(this, buffer)) {
            try (Arena arena = Arena.ofConfined()) {
                return trySend(copyOf(buffer.asSlice(offset, length), arena));
            }
        }
        long address = buffer.address() + offset;
        try {
            long sent =
                    port.isOwner()
                            ? ready("send").trySend(channel, address, length)
                            : port.engine().offThreadCalls().trySend(channel, address, length);
            return sent == SocketCalls.WOULD_BLOCK ? WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    MemorySegment copyOf(MemorySegment buffer, Arena arena) {
        MemorySegment copy = arena.allocate(lengthOfCopy(buffer));
        return copy.copyFrom(buffer.asSlice(0, copy.byteSize()));
    }

    /**
     * Receives a datagram if one is there, without blocking. Any thread may call. Do not mix it with a
     * pending {@link ReceiveFrom}.
     *
     * @param buffer native memory, copied or not as by {@link #tryReceive(MemorySegment)}; bytes that do
     *     not fit into it are lost
     * @param source set to the sender, to the size of datagrams that came together ({@link
     *     SockOpt#UDP_GRO}), and to whether they were truncated
     * @return bytes of the datagram in the buffer, 0 for an empty one, or {@link #WOULD_BLOCK}
     * @throws SystemCallException REFUSED by a connected peer and the like; on another thread than the
     *     port's also CLOSED_LOCALLY after a close
     * @throws IllegalArgumentException on a stream
     */
    public long tryReceiveFrom(MemorySegment buffer, DatagramSource source)
            throws SystemCallException {
        return DatagramCalls.tryReceiveFrom(this, buffer, source);
    }

    /**
     * Sends a datagram if the kernel takes it now, without blocking. Any thread may call. Do not mix it
     * with a pending {@link SendTo}.
     *
     * @param buffer native memory, copied or not as by {@link #tryReceive(MemorySegment)}
     * @param to of the socket's family; an IPv6 socket also sends to an IPv4 address
     * @return the length of the datagram, or {@link #WOULD_BLOCK}
     * @throws SystemCallException MESSAGE_TOO_BIG, UNREACHABLE and the like; on another thread than the
     *     port's also CLOSED_LOCALLY after a close
     * @throws IllegalArgumentException on a stream
     */
    public long trySendTo(MemorySegment buffer, Address to) throws SystemCallException {
        return DatagramCalls.trySendTo(this, buffer, to, 0);
    }

    /**
     * Sends several datagrams of one size in one system call if the kernel takes them now, as {@link
     * SendTo#segmentBytes} does and within its bounds, without blocking. Any thread may call.
     *
     * @param buffer native memory with the bytes of all datagrams, the last of which may be shorter
     * @param to as of {@link #trySendTo(MemorySegment, Address)}
     * @param segmentBytes 1 to 65,535; 0 for one datagram
     * @return the number of bytes, or {@link #WOULD_BLOCK}
     * @throws SystemCallException UNSUPPORTED where the system has no segmentation, or as {@link
     *     #trySendTo(MemorySegment, Address)}
     * @throws IllegalArgumentException if the size is out of bounds, the bytes are more than 64
     *     datagrams, or the socket is not of UDP
     */
    public long trySendTo(MemorySegment buffer, Address to, int segmentBytes)
            throws SystemCallException {
        return DatagramCalls.trySendTo(this, buffer, to, segmentBytes);
    }

    /**
     * Takes the oldest queued error of the datagrams that were sent, once {@link SockOpt#RECVERR} is set.
     * The kernel keeps such errors until they are taken, and a receive may look for datagrams again and
     * again meanwhile, so take all of them when an operation has failed. Never blocks.
     *
     * @return the error, or null if there is none
     * @throws SystemCallException UNSUPPORTED if the operating system has no such queue
     * @throws IllegalArgumentException on a stream
     */
    public @Nullable DatagramError tryReceiveError() throws SystemCallException {
        return DatagramCalls.tryReceiveError(this);
    }

    /**
     * Accepts a connection if one waits. Never blocks.
     *
     * @return the connected socket, or null if none waits
     * @throws SystemCallException OUT_OF_DESCRIPTORS and the like
     * @throws LimitExceededException if {@link PortOptions#maxSockets()} sockets are open
     */
    public @Nullable NativeSocket tryAccept() throws SystemCallException {
        ready("accept");
        port.requireRoomForSocket();
        try {
            Channel accepted = port.engine().tryAccept(channel);
            return accepted == null ? null : new NativeSocket(port, accepted);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    /**
     * Takes the socket out of its port, for another port or for another use of its descriptor. This
     * object is CLOSED afterwards, while the socket stays as it is: no byte is lost, and the peer
     * notices nothing.
     *
     * @return the socket, to attach, to take its descriptor, or to close
     * @throws IllegalStateException if an operation of the socket is pending, or it is closed
     * @throws SystemCallException UNSUPPORTED on Windows after the first operation; INVALID on
     *     io_uring while accepted connections are queued because the port was full: take them with
     *     {@link #tryAccept} first
     */
    public DetachedSocket detach() throws SystemCallException {
        return SocketOpening.detach(this);
    }

    SocketCalls ready(String action) {
        port.requireOwner(action);
        if (!channel.isOpen()) {
            throw new IllegalStateException("cannot " + action + ": " + this + " is closed");
        }
        return port.engine().sockets();
    }

    SystemCallException failed(NativeFailure failure) {
        return failed("", failure);
    }

    private SystemCallException failed(String what, NativeFailure failure) {
        String target = what.isEmpty() ? "" : " " + what;
        boolean needsPeer =
                failure.outcome() == Outcome.NOT_CONNECTED && !type.isConnectionOriented();
        return new SystemCallException(
                type.transportName() + target + ": " + failure.getMessage()
                        + (needsPeer ? ": connect the socket first, or use trySendTo" : ""),
                Status.of(failure.outcome()),
                failure.nativeCode());
    }

    /** Transport and number, for the messages of failures. */
    String describe() {
        return type.transportName() + " socket " + channel.index;
    }

    @Override
    public String toString() {
        return describe() + " (" + state() + ")";
    }
}
