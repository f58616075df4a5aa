package dev.sluice;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of one {@link CompletionPort}. Bytes move by operations that are submitted to the port,
 * or in the readiness style by the {@code try} calls here, which never wait.
 *
 * <p>All methods belong to the port's thread, except {@link #tryReceive}, {@link #trySend} and those
 * of datagrams, which any thread may call. A socket is closed by a {@link Close} operation; after that its calls fail,
 * and it is never confused with a later one that got the same descriptor.
 */
public final class NativeSocket {
    /** Answer of the {@code try} calls: nothing can be done now, wait with {@link Readiness}. */
    public static final long WOULD_BLOCK = -2;

    /** Answer of {@link #tryReceive}: the peer ended its side. */
    public static final long END_OF_STREAM = -1;

    /** Where a socket is in its life. */
    public enum State {
        /** Made, perhaps bound. */
        OPEN,
        /** It accepts connections. */
        LISTENING,
        /** A connect is under way. */
        CONNECTING,
        /** It has a peer. */
        CONNECTED,
        /** A close was submitted and has not ended. */
        CLOSING,
        /** Its descriptor was given back. */
        CLOSED
    }

    /** The most that one call copies of memory that somebody might free meanwhile. */
    private static final long COPIED_BYTES = 64 * 1024;

    final Channel channel;
    private final CompletionPort port;
    private final SocketType type;

    /** The socket of a channel, which may have none yet. */
    static NativeSocket of(CompletionPort port, Channel channel) {
        return channel.owner instanceof NativeSocket known
                ? known
                : new NativeSocket(port, channel);
    }

    NativeSocket(CompletionPort port, Channel channel) {
        this.port = port;
        this.channel = channel;
        this.type = SocketType.of(channel.family, channel.stream);
        channel.owner = this;
    }

    /**
     * The port that the socket belongs to.
     *
     * @return the same for the socket's whole life
     */
    public CompletionPort port() {
        return port;
    }

    /**
     * What the socket speaks.
     *
     * @return transport and address family
     */
    public SocketType type() {
        return type;
    }

    /**
     * Where the socket is in its life.
     *
     * @return the state as far as events were delivered or are about to be
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
     * Whether operations may be submitted.
     *
     * @return false from the submission of a {@link Close} on
     */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Binds the socket to a local address.
     *
     * @param address of the socket's family; port 0 lets the system choose one
     * @return this socket
     * @throws SystemCallException ADDRESS_IN_USE, ADDRESS_UNAVAILABLE, PERMISSION and the like
     */
    public NativeSocket bind(Address address) throws SystemCallException {
        Backend backend = ready("bind");
        try {
            backend.bind(channel, address.raw());
        } catch (NativeFailure failure) {
            throw failed(address.toString(), failure);
        }
        return this;
    }

    /**
     * Starts to take connections, which {@link Accept} then delivers.
     *
     * @param backlog how many may wait to be accepted; the system may keep fewer (somaxconn)
     * @return this socket
     * @throws SystemCallException ADDRESS_IN_USE, INVALID and the like
     */
    public NativeSocket listen(int backlog) throws SystemCallException {
        Backend backend = ready("listen");
        checkBacklog(backlog);
        try {
            backend.listen(channel, backlog);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        channel.state = Channel.State.LISTENING;
        return this;
    }

    static void checkBacklog(int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog of " + backlog + ": use 1 or more");
        }
    }

    /**
     * The address on this side.
     *
     * @return with the port that the system chose
     * @throws SystemCallException if the system does not tell
     */
    public Address localAddress() throws SystemCallException {
        Backend backend = ready("local address");
        RawAddress raw = new RawAddress();
        try {
            backend.localAddress(channel, raw);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        return Address.copyOf(raw);
    }

    /**
     * The address of the peer.
     *
     * @return the other side; an IPv4 address for a peer that reached an IPv6 socket by IPv4
     * @throws SystemCallException NOT_CONNECTED if there is none, or no more
     */
    public Address peerAddress() throws SystemCallException {
        Backend backend = ready("peer address");
        RawAddress raw = new RawAddress();
        try {
            backend.peerAddress(channel, raw);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
        return Address.copyOf(raw);
    }

    /**
     * Changes a setting.
     *
     * @param option which
     * @param value its new value
     * @param <T> the type of its value
     * @return this socket
     * @throws SystemCallException UNSUPPORTED with the option's name if the system lacks it, INVALID if
     *     it does not fit this socket
     */
    public <T> NativeSocket set(SockOpt<T> option, T value) throws SystemCallException {
        Backend backend = ready("set an option");
        int encoded = option.encode(value);
        try {
            backend.setOption(channel, option.id, encoded);
        } catch (NativeFailure failure) {
            throw failed(option + " = " + value, failure);
        }
        return this;
    }

    /**
     * Reads a setting from the system.
     *
     * @param option which
     * @param <T> the type of its value
     * @return what the system says, which may differ from what was set
     * @throws SystemCallException UNSUPPORTED with the option's name if the system lacks it
     */
    public <T> T get(SockOpt<T> option) throws SystemCallException {
        Backend backend = ready("get an option");
        try {
            return option.decode(backend.getOption(channel, option.id));
        } catch (NativeFailure failure) {
            throw failed(option.toString(), failure);
        }
    }

    /**
     * What the system knows of the connection now.
     *
     * @return a snapshot
     * @throws SystemCallException UNSUPPORTED where the system or the socket has none
     */
    public TcpInfo tcpInfo() throws SystemCallException {
        Backend backend = ready("get TCP_INFO");
        try {
            return TcpInfo.of(backend.tcpInfo(channel));
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    /** As {@link dev.sluice.internal.access.PortAccess#unacknowledgedBytes}. */
    long unacknowledgedBytes() {
        return ready("look at the send queue").unacknowledged(channel);
    }

    /**
     * Receives what is there, without waiting. Do not mix it with a pending {@link Receive}.
     *
     * <p>Any thread may call. A call of another thread than the port's does not tell the port that
     * it would have blocked, but does record that the connection has ended or was lost.
     *
     * @param buffer native memory; that of the port, of the global arena, or of an arena confined to
     *     this thread is given to the system itself, other memory by way of a copy
     * @return bytes received, {@link #END_OF_STREAM}, or {@link #WOULD_BLOCK}
     * @throws SystemCallException RESET, TIMED_OUT and the like; on another thread than the port's also
     *     CLOSED_LOCALLY, as it cannot know
     */
    public long tryReceive(MemorySegment buffer) throws SystemCallException {
        return tryReceive(buffer, 0, buffer.byteSize());
    }

    /**
     * As {@link #tryReceive(MemorySegment)}, into a part of the memory without making a slice of it.
     *
     * @param buffer as there
     * @param offset first byte
     * @param length most bytes
     * @return as there
     * @throws SystemCallException as there
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
            if (received == Backend.WOULD_BLOCK) {
                return WOULD_BLOCK;
            }
            return type.isStream() ? END_OF_STREAM : 0;
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

    /** A datagram goes in one piece, of a stream one call moves no more than this. */
    private long lengthOfCopy(MemorySegment buffer) {
        long length = buffer.byteSize();
        return type.isStream() ? Math.min(length, COPIED_BYTES) : length;
    }

    /**
     * Sends what the system takes now, without waiting. Do not mix it with a pending {@link Send}.
     * Any thread may call, as with {@link #tryReceive}.
     *
     * @param buffer native memory; that of the port, of the global arena, or of an arena confined to
     *     this thread is given to the system itself, other memory by way of a copy
     * @return bytes sent, maybe fewer than asked for, or {@link #WOULD_BLOCK}
     * @throws SystemCallException BROKEN_PIPE, RESET and the like; on another thread than the port's also
     *     CLOSED_LOCALLY, as it cannot know
     */
    public long trySend(MemorySegment buffer) throws SystemCallException {
        return trySend(buffer, 0, buffer.byteSize());
    }

    /**
     * As {@link #trySend(MemorySegment)}, from a part of the memory without making a slice of it.
     *
     * @param buffer as there
     * @param offset first byte
     * @param length number of bytes
     * @return as there
     * @throws SystemCallException as there
     */
    public long trySend(MemorySegment buffer, long offset, long length) throws SystemCallException {
        Memory.requireUsable(buffer, "send");
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
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
            return sent == Backend.WOULD_BLOCK ? WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    private MemorySegment copyOf(MemorySegment buffer, Arena arena) {
        MemorySegment copy = arena.allocate(lengthOfCopy(buffer));
        return copy.copyFrom(buffer.asSlice(0, copy.byteSize()));
    }

    /**
     * Receives a datagram that is there, without waiting. Do not mix it with a pending {@link
     * ReceiveFrom}. Any thread may call, as with {@link #tryReceive}.
     *
     * @param buffer native memory as of {@link #tryReceive}; what does not fit into it is lost
     * @param source told who sent it, and whether it was cut
     * @return bytes of it in the buffer, 0 for an empty datagram, or {@link #WOULD_BLOCK}
     * @throws SystemCallException REFUSED of a connected peer and the like; on another thread than the
     *     port's also CLOSED_LOCALLY, as it cannot know
     * @throws IllegalArgumentException on a stream
     */
    public long tryReceiveFrom(MemorySegment buffer, DatagramSource source)
            throws SystemCallException {
        requireDatagrams("receive-from");
        long length = buffer.byteSize();
        Memory.requireWritable(this, buffer, length, "receive-from");
        if (!Memory.isHeld(this, buffer)) {
            return tryReceiveFromCopy(buffer, source);
        }
        long address = buffer.address();
        try {
            long received =
                    port.isOwner()
                            ? ready("receive-from")
                                    .tryReceiveFrom(channel, address, length, source.raw)
                            : port.engine().offThreadCalls()
                                    .tryReceiveFrom(channel, address, length, source.raw);
            if (received == Backend.WOULD_BLOCK) {
                return WOULD_BLOCK;
            }
            source.truncated = received > length;
            return Math.min(received, length);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    private long tryReceiveFromCopy(MemorySegment buffer, DatagramSource source)
            throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(lengthOfCopy(buffer));
            long received = tryReceiveFrom(copy, source);
            if (received > 0) {
                MemorySegment.copy(copy, 0, buffer, 0, received);
            }
            return received;
        }
    }

    /**
     * Sends a datagram, if the system takes it now. Do not mix it with a pending {@link SendTo}. Any
     * thread may call, as with {@link #tryReceive}.
     *
     * @param buffer native memory; that of the port, of the global arena, or of an arena confined to
     *     this thread is given to the system itself, other memory by way of a copy
     * @param to of the socket's family; one of IPv6 also sends to an IPv4 address
     * @return its length, or {@link #WOULD_BLOCK}
     * @throws SystemCallException MESSAGE_TOO_BIG, UNREACHABLE and the like; on another thread than the
     *     port's also CLOSED_LOCALLY, as it cannot know
     * @throws IllegalArgumentException on a stream
     */
    public long trySendTo(MemorySegment buffer, Address to) throws SystemCallException {
        requireDatagrams("send-to");
        Memory.requireUsable(buffer, "send-to");
        if (!Memory.isHeld(this, buffer)) {
            try (Arena arena = Arena.ofConfined()) {
                return trySendTo(copyOf(buffer, arena), to);
            }
        }
        long address = buffer.address();
        long length = buffer.byteSize();
        try {
            long sent =
                    port.isOwner()
                            ? ready("send-to").trySendTo(channel, address, length, to.raw())
                            : port.engine().offThreadCalls()
                                    .trySendTo(channel, address, length, to.raw());
            return sent == Backend.WOULD_BLOCK ? WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    private void requireDatagrams(String action) {
        if (type.isStream()) {
            throw new IllegalArgumentException(
                    "cannot " + action + " on " + this + ": a stream has one peer");
        }
    }

    /**
     * Accepts a connection that waits, without waiting for one.
     *
     * @return the connected socket, or null when none waits
     * @throws SystemCallException OUT_OF_DESCRIPTORS and the like
     * @throws LimitExceededException if the port has as many sockets as it may
     */
    public @Nullable NativeSocket tryAccept() throws SystemCallException {
        Backend backend = ready("accept");
        port.requireRoomForSocket();
        try {
            Channel accepted = backend.tryAccept(channel);
            if (accepted == null) {
                return null;
            }
            port.engine().adopt(accepted);
            accepted.state = Channel.State.CONNECTED;
            return new NativeSocket(port, accepted);
        } catch (NativeFailure failure) {
            throw failed("", failure);
        }
    }

    private Backend ready(String action) {
        port.requireOwner(action);
        if (!channel.isOpen()) {
            throw new IllegalStateException("cannot " + action + ": " + this + " is closed");
        }
        return port.engine().backend();
    }

    private SystemCallException failed(String what, NativeFailure failure) {
        String target = what.isEmpty() ? "" : " " + what;
        boolean needsPeer = failure.outcome() == Outcome.NOT_CONNECTED && !type.isStream();
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
