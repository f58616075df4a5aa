package dev.sluice.bench.peers;

import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sluice in the readiness style: a connection waits until it is readable, and the program makes the
 * calls itself. One buffer for all connections, and a copy only of what a peer does not take.
 */
final class ReadinessEcho implements PortServer.Program {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final CompletionPort port;
    private final MemorySegment buffer = Arena.global().allocate(BUFFER_BYTES);

    private ReadinessEcho(CompletionPort port) {
        this.port = port;
    }

    /** Returns a way to open a server on that backend. */
    static Peers.Opener opener(Backend backend) {
        return PortServer.opener(backend, ReadinessEcho::new);
    }

    @Override
    public void accepted(NativeSocket socket) {
        new Connection(socket).start();
    }

    /**
     * Reads until less comes than the buffer holds: then nothing is left to read, except that the
     * peer may have ended its side in the same event.
     */
    private final class Connection {
        private final NativeSocket socket;
        private final Readiness readable;
        private final Readiness writable;
        private @Nullable MemorySegment kept; // for what is unsent, created when it is first needed
        private @Nullable MemorySegment unsent;

        Connection(NativeSocket socket) {
            this.socket = socket;
            this.readable = Readiness.readable(socket).multishot().onCompletion(this::ready);
            this.writable = Readiness.writable(socket).onCompletion(this::writable);
        }

        void start() {
            port.submit(readable);
        }

        private void ready(Readiness poll) {
            // An event that was on its way when the close was submitted still comes.
            if (poll.isOk() && unsent == null && socket.isOpen()) {
                echo(poll.isHangup());
            }
            if (!poll.hasMore() && socket.isOpen()
                    && (poll.isOk() || poll.status() == Status.CANCELLED)) {
                port.submit(poll);
            }
        }

        private void echo(boolean untilNothingIsLeft) {
            try {
                long received;
                do {
                    received = socket.tryReceive(buffer);
                    if (received == NativeSocket.END_OF_STREAM) {
                        port.submit(Close.immediate(socket)); // all was sent: nothing is unsent
                    } else if (received > 0) {
                        send(buffer.asSlice(0, received));
                    }
                } while (unsent == null && (received == BUFFER_BYTES
                        || (received > 0 && untilNothingIsLeft)));
            } catch (SystemCallException e) {
                port.submit(Close.abort(socket)); // the end of this connection only
            }
        }

        private void send(MemorySegment bytes) throws SystemCallException {
            long sent = sendSome(bytes);
            if (sent < bytes.byteSize()) {
                MemorySegment rest = bytes.asSlice(sent);
                if (kept == null) {
                    kept = Arena.ofAuto().allocate(BUFFER_BYTES);
                }
                unsent = kept.asSlice(0, rest.byteSize()).copyFrom(rest);
                port.submit(writable);
            }
        }

        private long sendSome(MemorySegment bytes) throws SystemCallException {
            return Math.max(0, socket.trySend(bytes));
        }

        private void writable(Readiness poll) {
            MemorySegment rest = unsent;
            if (!poll.isOk() || rest == null || !socket.isOpen()) {
                return; // the connection ends, and the close reports
            }
            try {
                long sent = sendSome(rest);
                if (sent < rest.byteSize()) {
                    unsent = rest.asSlice(sent);
                    port.submit(writable);
                } else {
                    unsent = null;
                    echo(true); // bytes that came in the meantime give no event again
                }
            } catch (SystemCallException e) {
                port.submit(Close.abort(socket));
            }
        }
    }
}
