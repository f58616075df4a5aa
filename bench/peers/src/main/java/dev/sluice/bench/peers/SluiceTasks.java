package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The tasks that concern one connection alone, on a port of Sluice. */
final class SluiceTasks {
    private SluiceTasks() {}

    static PortServer.Program receive(CompletionPort port) {
        return socket -> new Receiving(socket).start();
    }

    static PortServer.Program send(CompletionPort port) {
        MemorySegment bytes = port.allocate(Task.BUFFER_BYTES).segment();
        return socket -> new Sending(socket, bytes).start();
    }

    /** Receives until the end; a buffer that is not taken returns to the pool by itself. */
    private static class Receiving {
        final NativeSocket socket;
        final CompletionPort port;
        private final Receive receive;

        Receiving(NativeSocket socket) {
            this.socket = socket;
            this.port = socket.port();
            this.receive =
                    new Receive(socket).waitForBuffer().multishot().onCompletion(this::received);
        }

        final void start() {
            port.submit(receive);
        }

        private void received(Receive event) {
            switch (event.status()) {
                case OK -> {
                    onBytes(event);
                    resume();
                }
                case EOF -> close(Close.immediate(socket));
                case CLOSED_LOCALLY -> {
                    // The close that cancelled it reports, or the port closes.
                }
                default -> close(Close.abort(socket));
            }
        }

        private void resume() {
            if (!receive.isPending() && socket.isOpen()) {
                port.submit(receive);
            }
        }

        void onBytes(Receive event) {
            // Discarded.
        }

        final void close(Close how) {
            if (socket.isOpen()) {
                port.submit(how);
            }
        }
    }

    /** One send in flight; numbers that come during it are added up. */
    private static final class Sending extends Receiving {
        private final MemorySegment bytes; // shared by all connections
        private final Send send;
        private long number; // filled as far as bytes have come
        private int numberBytes;
        private long left;

        Sending(NativeSocket socket, MemorySegment bytes) {
            super(socket);
            this.bytes = bytes;
            this.send = new Send(socket).onCompletion(this::sent);
        }

        @Override
        void onBytes(Receive event) {
            PooledBuffer buffer = event.takeBuffer();
            for (int i = 0; i < event.bytes(); i++) {
                add(buffer.segment().get(ValueLayout.JAVA_BYTE, i));
            }
            buffer.release();
            sendMore();
        }

        private void add(byte next) {
            number = number << Byte.SIZE | Byte.toUnsignedLong(next);
            numberBytes++;
            if (numberBytes == Task.COUNT_BYTES) {
                left += number;
                numberBytes = 0;
            }
        }

        private void sendMore() {
            if (left > 0 && !send.isPending() && socket.isOpen()) {
                port.submit(send.buffer(left < bytes.byteSize() ? bytes.asSlice(0, left) : bytes));
            }
        }

        private void sent(Send event) {
            left -= event.bytes();
            if (event.isOk()) {
                sendMore();
            } else if (event.status() != Status.CLOSED_LOCALLY) {
                close(Close.abort(socket));
            }
        }
    }
}
