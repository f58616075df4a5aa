package dev.sluice.bench.echo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.PortOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EchoServerTest {
    @Test
    void echoesEveryByteThenEndsWhenThePeerEnds() throws Exception {
        byte[] sent = new byte[300_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31);
        }
        try (RunningServer server = new RunningServer(EchoOptions.of(null, "block"))) {
            try (Socket client = server.connect()) {
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                    try {
                        client.getOutputStream().write(sent);
                        client.shutdownOutput();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                byte[] received = client.getInputStream().readAllBytes();
                writing.get(60, TimeUnit.SECONDS);
                assertThat(Arrays.equals(received, sent)).isTrue();
            }
            server.stop();
            assertThat(server.server.connections()).isEqualTo(1);
            assertThat(server.server.bytes()).isEqualTo(sent.length);
        }
    }

    @Test
    void aPeerThatDoesNotReadHoldsUpNobodyElse() throws Exception {
        // Fewer buffers than the silent peer's data would fill.
        PortOptions few = PortOptions.DEFAULT.poolBuffers(4).poolBufferBytes(4096);
        try (RunningServer server = new RunningServer(few)) {
            try (Socket silent = server.connect(); Socket lively = server.connect()) {
                silent.setSoTimeout(60_000);
                Thread pushing = Thread.ofVirtual().start(() -> {
                    try {
                        byte[] block = new byte[64 * 1024];
                        for (int i = 0; i < 200; i++) {
                            silent.getOutputStream().write(block);
                        }
                    } catch (IOException expectedWhenClosed) {
                        assertThat(expectedWhenClosed).isNotNull();
                    }
                });
                lively.getOutputStream().write("hello".getBytes(
                        US_ASCII));
                byte[] answer = new byte[5];
                // Once the silent peer's echoes fill its socket, buffers may all be held by its
                // sends; the lively one is served again as soon as the silent one reads.
                DataInputStream reading = new DataInputStream(silent.getInputStream());
                Thread draining = Thread.ofVirtual().start(() -> {
                    try {
                        reading.readNBytes(200 * 64 * 1024);
                    } catch (IOException expectedWhenClosed) {
                        assertThat(expectedWhenClosed).isNotNull();
                    }
                });
                new DataInputStream(lively.getInputStream()).readFully(answer);
                assertThat(new String(answer, US_ASCII))
                        .isEqualTo("hello");
                pushing.join();
                draining.join();
            }
            server.stop();
        }
    }

    @Test
    void stoppingClosesConnectionsThatAreOpen() throws Exception {
        try (RunningServer server = new RunningServer(PortOptions.DEFAULT)) {
            try (Socket client = server.connect()) {
                client.getOutputStream().write(1);
                assertThat(client.getInputStream().read()).isEqualTo(1);
                server.server.stop();
                assertThat(client.getInputStream().read()).as("the end").isEqualTo(-1);
            }
            server.stop();
        }
    }

    @Test
    void unknownWordsAreNamed() {
        assertThatThrownBy(() -> EchoOptions.of("kqueue", "block"))
                .hasMessageContaining("unknown backend 'kqueue'");
        assertThatThrownBy(() -> EchoOptions.of(null, "sleep"))
                .hasMessageContaining("wait 'sleep'");
    }

    /** A server on a thread of its own, which owns its port. */
    private static final class RunningServer implements AutoCloseable {
        private final EchoServer server;
        private final CompletableFuture<Void> ended;

        RunningServer(PortOptions options) throws Exception {
            CompletableFuture<EchoServer> opened = new CompletableFuture<>();
            ended = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try (EchoServer made = new EchoServer(options, Address.loopback(0))) {
                    opened.complete(made);
                    made.run();
                    ended.complete(null);
                } catch (IOException | RuntimeException | Error failure) {
                    opened.completeExceptionally(failure);
                    ended.completeExceptionally(failure);
                }
            });
            server = opened.get(60, TimeUnit.SECONDS);
        }

        Socket connect() throws IOException {
            InetSocketAddress address = server.address().toInetSocketAddress();
            return new Socket(address.getAddress(), address.getPort());
        }

        void stop() throws Exception {
            if (!ended.isDone()) {
                server.stop();
            }
            ended.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            if (!ended.isDone()) {
                server.stop();
            }
        }
    }
}
