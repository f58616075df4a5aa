package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The tasks that concern one connection alone, on a port of Sluice in the readiness style. */
final class ReadinessTasks {
    private ReadinessTasks() {}

    static PortServer.Program receive(CompletionPort port) {
        MemorySegment buffer = port.allocate(Task.BUFFER_BYTES).segment();
        return socket -> new Receiving(socket, buffer).start();
    }

    static PortServer.Program send(CompletionPort port) {
        MemorySegment bytes = port.allocate(Task.BUFFER_BYTES).segment();
        MemorySegment number = port.allocate(Task.COUNT_BYTES).segment();
        return socket -> new Sending(socket, bytes, number).start();
    }

    private static final class Receiving extends ReadyConnection {
        private final MemorySegment buffer; // shared by all connections

        Receiving(NativeSocket socket, MemorySegment buffer) {
            super(socket);
            this.buffer = buffer;
        }

        @Override
        boolean onReadable(int turns) throws SystemCallException {
            for (int i = 0; i < turns; i++) {
                long received = socket.tryReceive(buffer);
                if (received == NativeSocket.END_OF_STREAM) {
                    end(Close.immediate(socket));
                }
                if (received <= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Reads a number, sends that many bytes, reads the next number. */
    private static final class Sending extends ReadyConnection {
        private static final ValueLayout.OfLong NETWORK_LONG =
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

        private final MemorySegment bytes; // shared by all connections, as is the next
        private final MemorySegment piece;
        private final Readiness writable;
        private long number; // filled as far as bytes have come
        private int numberBytes;
        private long left;

        Sending(NativeSocket socket, MemorySegment bytes, MemorySegment piece) {
            super(socket);
            this.bytes = bytes;
            this.piece = piece;
            this.writable = Readiness.writable(socket).onCompletion(this::writable);
        }

        private void writable(Readiness poll) {
            if (poll.isOk() && isOpen()) {
                serve();
            }
        }

        @Override
        boolean onReadable(int turns) throws SystemCallException {
            for (int i = 0; i < turns; i++) {
                if (!(left > 0 ? send() : receive())) {
                    return true;
                }
            }
            return false;
        }

        /** Returns false if the peer has to take bytes first. */
        private boolean send() throws SystemCallException {
            if (writable.isPending()) {
                return false;
            }
            MemorySegment next = left < bytes.byteSize() ? bytes.asSlice(0, left) : bytes;
            long sent = sendSome(next);
            left -= sent;
            if (sent < next.byteSize()) {
                port.submit(writable);
                return false;
            }
            return true;
        }

        /** Returns false if nothing came. */
        private boolean receive() throws SystemCallException {
            long received = socket.tryReceive(piece.asSlice(0, Task.COUNT_BYTES - numberBytes));
            if (received == NativeSocket.END_OF_STREAM) {
                end(Close.immediate(socket));
            }
            if (received <= 0) {
                return false;
            }
            // Append new bytes behind the bytes of an incomplete number.
            long came = piece.get(NETWORK_LONG, 0) >>> (Long.SIZE - received * Byte.SIZE);
            number = received == Long.BYTES ? came : number << (received * Byte.SIZE) | came;
            numberBytes += (int) received;
            if (numberBytes == Task.COUNT_BYTES) {
                left = number;
                number = 0;
                numberBytes = 0;
            }
            return true;
        }
    }
}
