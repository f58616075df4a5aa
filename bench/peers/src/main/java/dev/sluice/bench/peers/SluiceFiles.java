package dev.sluice.bench.peers;

import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeFile;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.SendFile;
import dev.sluice.net.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sends of a file: on a port of Sluice by {@link SendFile}, and on its blocking sockets by transferFrom. */
final class SluiceFiles {
    private SluiceFiles() {}

    /** Returns a way to open a server on that backend. */
    static Peers.FileOpener opener(Backend backend) {
        return (address, file) -> PortServer.opener(backend, port -> new Program(file))
                .open(address);
    }

    /** Returns a way to open a server with a virtual thread for each connection. */
    static Peers.FileOpener blocking(SluiceNetEcho.Groups groups) {
        return (address, file) -> SluiceNetEcho.open(groups, address,
                group -> connection -> serve(connection, file));
    }

    private static void serve(Connection connection, Path file) throws IOException {
        byte[] number = new byte[Task.COUNT_BYTES];
        try {
            while (true) {
                connection.readFully(number);
                connection.transferFrom(file, 0, ByteBuffer.wrap(number).getLong());
            }
        } catch (EOFException end) {
            assert connection.isOpen() : "the peer's end, after which the server closes";
        }
    }

    private static final class Program implements PortServer.Program {
        private final Path path;
        private @Nullable NativeFile file;

        Program(Path path) {
            this.path = path;
        }

        @Override
        public void accepted(NativeSocket socket) {
            NativeFile present = file;
            if (present == null) {
                try {
                    present = NativeFile.open(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
                file = present;
            }
            new Sending(socket, present).receiveNumber();
        }

        @Override
        public void closing() {
            NativeFile present = file;
            if (present != null) {
                present.close();
            }
        }
    }

    /** Receives a number, sends so many bytes, and receives the next one. */
    private static final class Sending {
        private final CompletionPort port;
        private final NativeSocket socket;
        private final NativeFile file;
        private final MemorySegment bytes;
        private final Receive receive;
        private final SendFile send;
        private final Demand demand = new Demand();

        Sending(NativeSocket socket, NativeFile file) {
            this.port = socket.port();
            this.socket = socket;
            this.file = file;
            this.bytes = port.allocate(Task.COUNT_BYTES).segment();
            this.receive = new Receive(socket).buffer(bytes).onCompletion(this::received);
            this.send = new SendFile(socket).onCompletion(this::sent);
        }

        void receiveNumber() {
            port.submit(receive);
        }

        private void received(Receive event) {
            if (!event.isOk()) {
                close();
                return;
            }
            for (int i = 0; i < event.bytes(); i++) {
                demand.add(bytes.get(ValueLayout.JAVA_BYTE, i));
            }
            if (demand.isWhole()) {
                port.submit(send.file(file, 0, demand.number()));
            } else {
                receiveNumber();
            }
        }

        private void sent(SendFile event) {
            demand.served();
            if (event.isComplete()) {
                receiveNumber();
            } else {
                close();
            }
        }

        private void close() {
            if (socket.isOpen()) {
                port.submit(Close.immediate(socket));
            }
        }
    }
}
