package dev.sluice.bench.peers;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import dev.sluice.bench.echo.EchoOptions;
import dev.sluice.bench.echo.EchoServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The echo server of Sluice, which the echo command runs too, on a thread that owns its port. */
final class SluiceEcho {
    private SluiceEcho() {}

    /** Returns a way to open a server on that backend. */
    static Peers.Opener opener(Backend backend, WaitStrategy strategy) {
        PortOptions options = EchoOptions.of(backend, strategy);
        return address -> open(options, address);
    }

    private static EchoPeer open(PortOptions options, InetSocketAddress address)
            throws IOException {
        CompletableFuture<EchoServer> listening = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("sluice-echo")
                .start(() -> serve(options, address, listening));
        try {
            EchoServer server = listening.get();
            return new RunningPeer(server.address().toInetSocketAddress(), thread, () -> {
                server.stop();
                Threads.join(thread);
            });
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server started");
        }
    }

    /** Runs on the thread that owns the port, since only that thread may use it. */
    private static void serve(PortOptions options, InetSocketAddress address,
            CompletableFuture<EchoServer> listening) {
        try (EchoServer server = new EchoServer(options, Address.from(address))) {
            listening.complete(server);
            server.run();
        } catch (SystemCallException e) {
            listening.completeExceptionally(e);
        }
    }

    private static IOException failure(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof SystemCallException refused
                && refused.status() == Status.UNSUPPORTED) {
            return new PeerUnavailableException(String.valueOf(refused.getMessage()));
        }
        return new IOException(cause == null ? null : cause.getMessage(), failure);
    }
}
