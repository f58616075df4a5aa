package dev.sluice;

import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The calls of datagram sockets that never block, on the port's thread and on any other. */
final class DatagramCalls {
    private DatagramCalls() {}

    static long tryReceiveFrom(NativeSocket socket, MemorySegment buffer, DatagramSource source)
            throws SystemCallException {
        requireDatagrams(socket, "receive-from");
        long length = buffer.byteSize();
        Memory.requireWritable(socket, buffer, length, "receive-from");
        if (!Memory.isHeld(socket, buffer)) {
            return tryReceiveFromCopy(socket, buffer, source);
        }
        long received;
        try {
            received = receive(socket, buffer.address(), length, source.raw);
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
        if (received == SocketCalls.WOULD_BLOCK) {
            return NativeSocket.WOULD_BLOCK;
        }
        // The size of datagrams that came together is above the bytes, see Request.coalesced.
        long bytes = received & 0xFFFF_FFFFL;
        int segmentBytes = (int) (received >>> Integer.SIZE);
        long fitting = Math.min(bytes, length);
        source.truncated = bytes > length;
        source.segmentBytes = segmentBytes == 0 ? (int) fitting : segmentBytes;
        return fitting;
    }

    private static long receive(
            NativeSocket socket, long address, long length, RawAddress source)
            throws NativeFailure {
        return socket.port().isOwner()
                ? socket.ready("receive-from")
                        .tryReceiveFrom(socket.channel, address, length, source)
                : socket.port().engine().offThreadCalls()
                        .tryReceiveFrom(socket.channel, address, length, source);
    }

    private static long tryReceiveFromCopy(
            NativeSocket socket, MemorySegment buffer, DatagramSource source)
            throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(socket.lengthOfCopy(buffer));
            long received = tryReceiveFrom(socket, copy, source);
            if (received > 0) {
                MemorySegment.copy(copy, 0, buffer, 0, received);
            }
            return received;
        }
    }

    static long trySendTo(
            NativeSocket socket, MemorySegment buffer, Address to, int segmentBytes)
            throws SystemCallException {
        requireDatagrams(socket, "send-to");
        Memory.requireUsable(buffer, "send-to");
        long length = buffer.byteSize();
        Segments.check(socket, length, segmentBytes);
        if (!Memory.isHeld(socket, buffer)) {
            try (Arena arena = Arena.ofConfined()) {
                return trySendTo(socket, socket.copyOf(buffer, arena), to, segmentBytes);
            }
        }
        boolean segmented = segmentBytes > 0 && length > segmentBytes;
        try {
            long sent = segmented
                    ? sendSegments(socket, buffer.address(), length, segmentBytes, to.raw())
                    : send(socket, buffer.address(), length, to.raw());
            return sent == SocketCalls.WOULD_BLOCK ? NativeSocket.WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }

    private static long send(NativeSocket socket, long address, long length, RawAddress to)
            throws NativeFailure {
        return socket.port().isOwner()
                ? socket.ready("send-to").trySendTo(socket.channel, address, length, to)
                : socket.port().engine().offThreadCalls()
                        .trySendTo(socket.channel, address, length, to);
    }

    private static long sendSegments(
            NativeSocket socket, long address, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        return socket.port().isOwner()
                ? socket.ready("send-to")
                        .trySendSegments(socket.channel, address, length, segmentBytes, to)
                : socket.port().engine().offThreadCalls()
                        .trySendSegments(socket.channel, address, length, segmentBytes, to);
    }

    private static void requireDatagrams(NativeSocket socket, String action) {
        if (socket.type().isConnectionOriented()) {
            throw new IllegalArgumentException(
                    "cannot " + action + " on " + socket + ": a stream has one peer");
        }
    }

    static @Nullable DatagramError tryReceiveError(NativeSocket socket)
            throws SystemCallException {
        SocketCalls sockets = socket.ready("receive an error");
        if (socket.type().isConnectionOriented()) {
            throw new IllegalArgumentException(
                    "cannot receive an error on " + socket + ": a stream reports its own");
        }
        try {
            QueuedError error = sockets.takeQueuedError(socket.channel);
            return error == null ? null : DatagramError.of(error);
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }
}
