package dev.sluice.bench.peers;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Poll;
import dev.sluice.PortOptions;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketOption;
import dev.sluice.Status;
import dev.sluice.WaitStrategy;
import dev.sluice.bench.echo.EchoOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sluice used the other way: a connection waits until it is readable, and the program makes the
 * calls itself. One buffer for all connections; a copy only of what a peer does not take.
 */
final class ReadinessEcho implements EchoPeer {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final CompletionPort port;
    private final InetSocketAddress address;
    private final Thread thread;
    private final MemorySegment buffer = Arena.global().allocate(BUFFER_BYTES);
    private boolean closing; // the port's thread alone

    private ReadinessEcho(CompletionPort port, Socket listener) throws SocketException {
        this.port = port;
        this.address = listener.localAddress().toInetSocketAddress();
        this.thread = Thread.currentThread();
        port.submit(new Accept(listener).multishot().onCompletion(this::accepted));
    }

    /** A way to open one on that backend. */
    static Peers.Opener opener(Backend backend) {
        PortOptions options = EchoOptions.of(backend, WaitStrategy.BLOCK);
        return address -> open(options, address);
    }

    private static EchoPeer open(PortOptions options, InetSocketAddress address)
            throws IOException {
        CompletableFuture<ReadinessEcho> listening = new CompletableFuture<>();
        Thread.ofPlatform().name("sluice-readiness-echo")
                .start(() -> serve(options, address, listening));
        try {
            return listening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SocketException refused
                    && refused.status() == Status.UNSUPPORTED) {
                throw new PeerUnavailableException(String.valueOf(refused.getMessage()));
            }
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server started");
        }
    }

    /** Everything that touches the port is done by its thread. */
    private static void serve(PortOptions options, InetSocketAddress address,
            CompletableFuture<ReadinessEcho> listening) {
        try (CompletionPort port = CompletionPort.open(options)) {
            ReadinessEcho echo = new ReadinessEcho(port, port.listen(Address.from(address)));
            listening.complete(echo);
            while (!echo.closing) {
                port.poll(CompletionPort.FOREVER);
            }
        } catch (SocketException e) {
            listening.completeExceptionally(e);
        }
    }

    private void accepted(Accept accept) {
        if (accept.isOk()) {
            new Connection(accept.accepted()).start();
        }
        if (!accept.hasMore() && accept.status() != Status.CLOSED_LOCALLY && !closing) {
            port.submit(accept);
        }
    }

    /**
     * Reads until less comes than the buffer holds: then nothing is left to read, unless the peer
     * has ended its side, which may share its event with the last bytes.
     */
    private final class Connection {
        private final Socket socket;
        private final Poll readable;
        private @Nullable MemorySegment unsent;

        Connection(Socket socket) {
            this.socket = socket;
            this.readable = Poll.readable(socket).multishot().onCompletion(this::ready);
        }

        void start() {
            try {
                socket.set(SocketOption.NODELAY, true);
                port.submit(readable);
            } catch (SocketException e) {
                port.submit(Close.abort(socket));
            }
        }

        private void ready(Poll poll) {
            // An event that was on the way when the close was submitted still comes.
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
                    if (received == Socket.END_OF_STREAM) {
                        port.submit(Close.immediate(socket)); // all was sent: nothing is unsent
                    } else if (received > 0) {
                        send(buffer.asSlice(0, received));
                    }
                } while (unsent == null && (received == BUFFER_BYTES
                        || (received > 0 && untilNothingIsLeft)));
            } catch (SocketException e) {
                port.submit(Close.abort(socket)); // the end of this connection only
            }
        }

        private void send(MemorySegment bytes) throws SocketException {
            long sent = Math.max(0, socket.trySend(bytes));
            if (sent < bytes.byteSize()) {
                MemorySegment rest = bytes.asSlice(sent);
                unsent = Arena.ofAuto().allocate(rest.byteSize()).copyFrom(rest);
                port.submit(Poll.writable(socket).onCompletion(this::writable));
            }
        }

        private void writable(Poll poll) {
            MemorySegment rest = unsent;
            if (!poll.isOk() || rest == null || !socket.isOpen()) {
                return; // the connection ends, and the close reports
            }
            try {
                unsent = null;
                send(rest);
                if (unsent == null) {
                    echo(true); // what came meanwhile gives no event again
                }
            } catch (SocketException e) {
                port.submit(Close.abort(socket));
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public void close() {
        port.execute(() -> closing = true);
        Threads.join(thread);
    }
}
