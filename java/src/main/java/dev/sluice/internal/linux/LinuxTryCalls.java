package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallCounts;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcFiles;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.CallKind;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.EarlyClasses;
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
 * addresses and errno.
 */
public class LinuxTryCalls implements TryCalls {
    static {
        EarlyClasses.load(LinuxErrors.class, SocketConstants.class, LinuxTcpInfo.class);
    }

    /** TCP_CLOSE of the kernel's tcp_states.h: nothing is left of the connection. */
    private static final int TCP_CLOSE = 7;

    /** The pieces of memory come from here; the garbage collector frees it. */
    protected final Arena arena = Arena.ofAuto();

    protected final CallState callState = new CallState(arena);

    /** Counts the calls of this instance and of those that share its call state. */
    public final CallCounts calls = callState.calls();

    /** The segment also keeps alive the memory that is known here by its address alone. */
    protected final MemorySegment capture = callState.segment();

    protected final long address;
    protected final long addressLength;
    protected final LinuxTcpInfo tcpInfo = new LinuxTcpInfo(arena, callState);
    protected final LinuxOptions options = new LinuxOptions(arena, callState);

    /** A {@link DatagramMessage}, from the first datagram with control data on. */
    private long message;

    /** True once the kernel was found to segment sends. */
    private boolean segmentsSends;

    /** One msghdr with its iovecs; grows with the most pieces so far. */
    private @Nullable MemorySegment gathered;

    /**
     * Allocates its memory in an arena of the garbage collector: it costs no atomic operation in each
     * call, as a shared arena would, and the kernel uses it only during a call.
     */
    public LinuxTryCalls() {
        MemorySegment memory = arena.allocate(LinuxSockaddr.MAX_SIZE + Integer.BYTES, Long.BYTES);
        address = memory.address();
        addressLength = address + LinuxSockaddr.MAX_SIZE;
    }

    public final CallState callState() {
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

    /** Returns memory for one address, to be used within one call only. */
    public final long address() {
        return address;
    }

    /** Returns memory for the length of {@link #address}. */
    public final long addressLength() {
        return addressLength;
    }

    @Override
    public long tryReceive(Channel channel, long buffer, long length) throws NativeFailure {
        if (channel.endReported) {
            return 0;
        }
        int flags = SocketConstants.MSG_DONTWAIT;
        long received;
        do {
            calls.addTry();
            received = Libc.recv(capture, (int) channel.handle, buffer, length, flags);
        } while (received < 0 && wasInterrupted());
        return received > 0 ? received : nothingReceived(channel, received);
    }

    @Override
    public long tryReceive(Channel channel, MemorySegment heap, long length)
            throws NativeFailure {
        if (channel.endReported) {
            return 0;
        }
        int flags = SocketConstants.MSG_DONTWAIT;
        long received;
        do {
            calls.addTry();
            received = Libc.recv(capture, (int) channel.handle, heap, length, flags);
        } while (received < 0 && wasInterrupted());
        return received > 0 ? received : nothingReceived(channel, received);
    }

    /** Returns or throws what a result of 0 or less means. */
    final long nothingReceived(Channel channel, long received) throws NativeFailure {
        if (received == 0 && !channel.stream) {
            return 0;
        }
        if (received < 0) {
            return wouldBlockOrLost(channel, "recv");
        }
        Outcome lost = endOfStream(channel) == Outcome.RESET ? Outcome.RESET : channel.lost();
        if (lost == null) {
            channel.endReported = true;
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
            calls.addTry();
            sent = Libc.send(capture, (int) channel.handle, buffer, length, flags);
        } while (sent < 0 && wasInterrupted());
        return sent >= 0 ? sent : notSent(channel);
    }

    @Override
    public long trySend(Channel channel, MemorySegment heap, long length) throws NativeFailure {
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
        long sent;
        do {
            calls.addTry();
            sent = Libc.send(capture, (int) channel.handle, heap, length, flags);
        } while (sent < 0 && wasInterrupted());
        return sent >= 0 ? sent : notSent(channel);
    }

    /** By sendfile(2), which does not block, since sockets are non-blocking. */
    @Override
    public long trySendFile(Channel channel, long file, long position, long length)
            throws NativeFailure {
        long sent;
        do {
            Memory.setLong(address, position);
            calls.addTry();
            sent = LibcFiles.sendfile(
                    capture, (int) channel.handle, (int) file, address, length);
        } while (sent < 0 && wasInterrupted());
        if (sent >= 0) {
            return sent;
        }
        int errno = callState.errno();
        if (errno == Errno.EINVAL) {
            throw new NativeFailure("sendfile", Outcome.UNSUPPORTED, errno,
                    "the kernel cannot send from this file system; read the file");
        }
        return wouldBlockOrLost(channel, "sendfile");
    }

    @Override
    public long trySend(Channel channel, BufferVector pieces) throws NativeFailure {
        MemorySegment present = gathered;
        int bytes = MessageHeader.bytes(pieces.count);
        if (present == null || present.byteSize() < bytes) {
            present = arena.allocate(bytes, Long.BYTES);
            gathered = present;
        }
        MessageHeader.write(present.address(), pieces, 0);
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
        long sent;
        do {
            calls.addTry();
            sent = Libc.sendmsg(capture, (int) channel.handle, present.address(), flags);
        } while (sent < 0 && wasInterrupted());
        return sent >= 0 ? sent : notSent(channel);
    }

    /** Returns or throws what the failure of a send means. */
    private long notSent(Channel channel) throws NativeFailure {
        if (LinuxErrors.isWithoutRoute(channel, callState.errno())) {
            throw noRoute("send");
        }
        return wouldBlockOrLost(channel, "send");
    }

    @Override
    public long tryReceiveFrom(Channel channel, long buffer, long length, RawAddress source)
            throws NativeFailure {
        // With MSG_TRUNC the result is the length of the datagram, the truncated bytes included.
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_TRUNC;
        long received;
        if (channel.coalesces) {
            do {
                received = receiveSegments(channel, buffer, length, flags);
            } while (received < 0 && wasInterrupted());
            if (received < 0) {
                return wouldBlockOrThrow("recvmsg");
            }
            DatagramMessage.decodeName(message, source);
            return Request.coalesced(received, segmentBytes());
        }
        do {
            Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
            calls.addTry();
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
            calls.addTry();
            sent =
                    Libc.sendto(capture, (int) channel.handle, buffer, length, flags, address,
                            addressBytes);
        } while (sent < 0 && wasInterrupted());
        return sent >= 0 ? sent : datagramNotSent("sendto", to);
    }

    @Override
    public long trySendSegments(
            Channel channel, long buffer, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        int refusal = segmentErrno(channel);
        if (refusal != 0) {
            throw failure("getsockopt UDP_SEGMENT", refusal);
        }
        encode(to, channel, "sendmsg");
        DatagramMessage.toSend(message(), buffer, length, segmentBytes, to, channel.family);
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
        long sent;
        do {
            calls.addTry();
            sent = Libc.sendmsg(capture, (int) channel.handle, message, flags);
        } while (sent < 0 && wasInterrupted());
        return sent >= 0 ? sent : datagramNotSent("sendmsg", to);
    }

    /** Returns or throws what the failure of a send to an address means. */
    private long datagramNotSent(String call, RawAddress to) throws NativeFailure {
        if (LinuxErrors.isWithoutRoute(to, callState.errno())) {
            throw noRoute(call);
        }
        return wouldBlockOrThrow(call);
    }

    // ---- several datagrams in one call -------------------------------------------------------------

    /** Returns memory for one {@link DatagramMessage}, to be used within one call only. */
    public final long message() {
        if (message == 0) {
            message = arena.allocate(DatagramMessage.SIZE, Long.BYTES).address();
        }
        return message;
    }

    /** Sends the bytes of a SEND or SEND_TO with its control messages: sendmsg(2). */
    public final long sendWithControl(Channel channel, Request request) {
        DatagramMessage.toSend(message(), request, channel.family);
        calls.addTry();
        return Libc.sendmsg(
                capture, (int) channel.handle, message, SocketConstants.MSG_NOSIGNAL);
    }

    /** Receives into {@link #message} and asks for the size of the datagrams: recvmsg(2). */
    public final long receiveSegments(Channel channel, long buffer, long length, int flags) {
        DatagramMessage.toReceive(message(), buffer, length, true);
        calls.addTry();
        return Libc.recvmsg(capture, (int) channel.handle, message, flags);
    }

    /**
     * Receives a datagram into a pooled buffer, and its sender: recvfrom(2), or recvmsg(2) if the socket
     * receives several at once.
     *
     * @return what the call returned
     */
    public final long receiveInto(Channel channel, PoolBuffer buffer, int flags) {
        int fd = (int) channel.handle;
        long at = buffer.datagramAddress();
        int room = buffer.datagramCapacity();
        if (channel.coalesces) {
            long received = receiveSegments(channel, at, room, flags);
            if (received >= 0) {
                DatagramMessage.decodeName(message, buffer.source());
            }
            return received;
        }
        Memory.setInt(addressLength, LinuxSockaddr.MAX_SIZE);
        calls.addTry();
        long received = Libc.recvfrom(capture, fd, at, room, flags, address, addressLength);
        if (received >= 0) {
            LinuxSockaddr.decode(address, Memory.getInt(addressLength), buffer.source());
        }
        return received;
    }

    /** Returns the bytes that {@link #receiveInto} brought, as {@link Request#coalesced}. */
    public final long bytesIn(Channel channel, PoolBuffer buffer, long received) {
        long bytes = Math.min(received, buffer.datagramCapacity());
        return channel.coalesces ? Request.coalesced(bytes, segmentBytes()) : bytes;
    }

    /** Receives into {@link #message} for a RECEIVE_FROM, with all that options ask for: recvmsg(2). */
    public final long receiveWithDetails(Channel channel, Request request, int flags) {
        DatagramMessage.toReceiveWithDetails(message(), request.address(), request.length());
        calls.addTry();
        return Libc.recvmsg(capture, (int) channel.handle, message, flags);
    }

    /** Returns the size of the datagrams that the last receive brought together, 0 for a single one. */
    public final int segmentBytes() {
        return DatagramMessage.segmentBytesOf(message);
    }

    /**
     * Returns the errno that says why the kernel cannot segment the sends of a datagram socket, or 0. Asked
     * before the first one: a kernel or a socket without UDP_SEGMENT ignores it in a message, and would
     * send all bytes as one datagram.
     */
    public final int segmentErrno(Channel channel) {
        if (segmentsSends) {
            return 0;
        }
        int errno = options.errnoOf((int) channel.handle, SocketConstants.IPPROTO_UDP,
                SocketConstants.UDP_SEGMENT);
        segmentsSends = errno == 0;
        return errno;
    }

    // ---- ends of streams -----------------------------------------------------------------------

    /**
     * Returns what a receive of 0 bytes on a stream means: EOF or RESET. The kernel reports a reset
     * only once: if a send or a look at the error took it, the next receive returns 0, as at a clean
     * end. A TCP connection that is closed on both sides although we never ended ours was reset.
     * {@link Channel#sendShut} is read again after the state: the port's thread may have ended our side
     * meanwhile.
     */
    public final Outcome endOfStream(Channel channel) {
        if (channel.sendShut || channel.family == RawAddress.UNIX) {
            return Outcome.EOF;
        }
        var snapshot = tcpInfo.read((int) channel.handle);
        boolean closed = snapshot != null && snapshot.state() == TCP_CLOSE;
        return closed && !channel.sendShut ? Outcome.RESET : Outcome.EOF;
    }

    /**
     * Returns true if the sending side of a TCP connection was shut down, by its state: the kernel has
     * sent a FIN, or is about to.
     */
    final boolean wasSendShut(Channel channel) {
        if (!channel.stream || channel.family == RawAddress.UNIX) {
            return false;
        }
        var snapshot = tcpInfo.read((int) channel.handle);
        if (snapshot == null) {
            return false;
        }
        return switch (snapshot.state()) {
            case SocketConstants.TCP_FIN_WAIT1, SocketConstants.TCP_FIN_WAIT2,
                    SocketConstants.TCP_CLOSING, SocketConstants.TCP_LAST_ACK,
                    SocketConstants.TCP_TIME_WAIT ->
                true;
            default -> false;
        };
    }

    // ---- addresses and errors --------------------------------------------------------------------

    /**
     * Encodes a peer of the socket at {@link #address}.
     *
     * @return the length, or the negative errno if the address cannot be its peer
     */
    public final int encodePeer(Channel channel, @Nullable RawAddress peer) {
        if (peer == null || !peer.isPeerOf(channel.family)) {
            return -Errno.EAFNOSUPPORT;
        }
        int errno = LinuxSockaddr.check(peer);
        return errno != 0 ? -errno : LinuxSockaddr.encode(peer, channel.family, address);
    }

    final int encode(RawAddress from, Channel channel, String call) throws NativeFailure {
        int length = encodePeer(channel, from);
        if (length < 0) {
            throw failure(call, -length);
        }
        return length;
    }

    /**
     * Returns true if a signal came before the call did anything. The caller then repeats the call:
     * its own caller would wait for an edge that has passed if it reported "would block".
     */
    final boolean wasInterrupted() {
        return callState.errno() == Errno.EINTR;
    }

    final long wouldBlockOrThrow(String call) throws NativeFailure {
        int errno = callState.errno();
        if (errno == Errno.EAGAIN) {
            return WOULD_BLOCK;
        }
        throw failure(call, errno);
    }

    /** Remembers a loss for later calls of any thread: the kernel reports it only once. */
    final long wouldBlockOrLost(Channel channel, String call) throws NativeFailure {
        try {
            return wouldBlockOrThrow(call);
        } catch (NativeFailure failure) {
            channel.noteLoss(failure.outcome());
            throw failure;
        }
    }

    private NativeFailure noRoute(String call) {
        int errno = callState.errno();
        return new NativeFailure(call, Outcome.UNREACHABLE, errno, LinuxErrors.describe(errno));
    }

    /** Returns the failure of the last call. */
    public final NativeFailure failure(String call) {
        return failure(call, callState.errno());
    }

    public static NativeFailure failure(String call, int errno) {
        return new NativeFailure(
                call, LinuxErrors.outcomeOf(errno), errno, LinuxErrors.describe(errno));
    }
}
