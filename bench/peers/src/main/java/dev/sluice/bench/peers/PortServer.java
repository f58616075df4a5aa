package dev.sluice.bench.peers;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import dev.sluice.bench.echo.EchoOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A port of Sluice with a listener, on the thread that owns it. The program defines what is done
 * with an accepted socket.
 */
final class PortServer {
    private final CompletionPort port;
    private final Program program;
    private boolean closing; // used by the port's thread alone

    /** Serves the connections of one port, on its thread. */
    @FunctionalInterface
    interface Program {
        /** Starts with a socket, which has TCP_NODELAY. */
        void accepted(NativeSocket socket);

        /**
         * Called before the port closes: from now on nothing can be submitted, although events
         * still come.
         */
        default void closing() {}
    }

    private PortServer(CompletionPort port, NativeSocket listener, Program program) {
        this.port = port;
        this.program = program;
        port.submit(new Accept(listener).multishot().onCompletion(this::accepted));
    }

    /**
     * Returns a way to open a server on that backend, with the program that is created for its
     * port.
     */
    static Peers.Opener opener(Backend backend, Function<CompletionPort, Program> programs) {
        PortOptions options = EchoOptions.of(backend, WaitStrategy.BLOCK);
        return address -> open(options, address, programs);
    }

    private static EchoPeer open(PortOptions options, InetSocketAddress address,
            Function<CompletionPort, Program> programs) throws IOException {
        CompletableFuture<EchoPeer> listening = new CompletableFuture<>();
        Thread.ofPlatform().name("sluice-port")
                .start(() -> serve(options, address, programs, listening));
        return started(listening);
    }

    /** Waits until the thread of a port has opened the server. */
    static EchoPeer started(CompletableFuture<EchoPeer> server) throws IOException {
        try {
            return server.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SystemCallException refused
                    && refused.status() == Status.UNSUPPORTED) {
                throw new PeerUnavailableException(String.valueOf(refused.getMessage()));
            }
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server started");
        }
    }

    /** Runs on the thread that owns the port, since only that thread may use it. */
    private static void serve(PortOptions options, InetSocketAddress address,
            Function<CompletionPort, Program> programs, CompletableFuture<EchoPeer> listening) {
        try (CompletionPort port = CompletionPort.open(options)) {
            NativeSocket listener = port.listen(Address.from(address));
            PortServer server = new PortServer(port, listener, programs.apply(port));
            Thread thread = Thread.currentThread();
            listening.complete(new RunningPeer(listener.localAddress().toInetSocketAddress(),
                    thread, () -> server.stop(thread)));
            while (!server.closing) {
                port.poll(CompletionPort.FOREVER);
            }
            server.program.closing();
        } catch (SystemCallException e) {
            listening.completeExceptionally(e);
        }
    }

    private void accepted(Accept accept) {
        if (accept.isOk()) {
            NativeSocket socket = accept.accepted();
            try {
                socket.set(SockOpt.NODELAY, true);
                program.accepted(socket);
            } catch (SystemCallException e) {
                port.submit(Close.abort(socket)); // gone before it was served
            }
        }
    }

    private void stop(Thread thread) {
        port.execute(() -> closing = true);
        Threads.join(thread);
    }
}
