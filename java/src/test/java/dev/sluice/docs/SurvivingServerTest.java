package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.conformance.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The README's server on the core, in its own process, outlives what its clients do to it. */
@Timeout(600)
class SurvivingServerTest {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int DESCRIPTORS = 64;
    private static final int COMING_AND_GOING = 200;
    private static final int NOT_READING = 1200;
    private static final long QUIET_NANOS = 3_000_000_000L;
    private static final long PAUSE_NANOS = 10_000_000;

    @TempDir
    private Path folder;

    private DocumentedProgram start(Backend backend, int descriptors) throws IOException {
        Needs.linux("ulimit");
        assumeTrue(Capabilities.report().stream()
                .anyMatch(each -> each.backend() == backend && each.available()),
                "needs " + backend);
        String source = DocumentedProgram.blocksOf("README.md").getLast().replace("7777", "0");
        List<String> limited =
                List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh");
        List<String> options =
                backend == Backend.EPOLL ? List.of("-Dsluice.uring=off") : List.of();
        return DocumentedProgram.startFromJar(folder, limited, options, source);
    }

    private static InetSocketAddress addressOf(DocumentedProgram server) throws IOException {
        String line = server.line();
        assertThat(line).startsWith("listening on 127.0.0.1:");
        int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void assertAnswers(InetSocketAddress address) throws IOException {
        try (Socket next = new Socket()) {
            next.setSoTimeout(PATIENCE_MILLIS);
            next.connect(address);
            byte[] message = "the next one".getBytes(StandardCharsets.US_ASCII);
            next.getOutputStream().write(message);
            assertThat(next.getInputStream().readNBytes(message.length)).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void itAnswersTheNextOneAfterMoreClientsThanDescriptors(Backend backend) throws IOException {
        try (DocumentedProgram server = start(backend, DESCRIPTORS)) {
            InetSocketAddress address = addressOf(server);
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < COMING_AND_GOING; i++) {
                Socket client = new Socket(address.getAddress(), address.getPort());
                client.getOutputStream().write(i);
                clients.add(client);
            }
            // The first has been served long before the last came to the backlog.
            clients.getFirst().setSoTimeout(PATIENCE_MILLIS);
            assertThat(clients.getFirst().getInputStream().read()).isZero();
            for (Socket client : clients) {
                client.close();
            }
            assertAnswers(address);
            assertThat(server.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void itAnswersTheNextOneBesideMoreClientsThatDoNotReadThanBuffers(Backend backend)
            throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try (DocumentedProgram server = start(backend, 4096)) {
            InetSocketAddress address = addressOf(server);
            for (int i = 0; i < NOT_READING; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                client.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                client.connect(address);
                client.configureBlocking(false);
            }
            fill(clients);
            assertAnswers(address);
            assertThat(server.isAlive()).isTrue();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    /** Writes until no client gets rid of anything for a while: the server's sends are stuck. */
    private static void fill(List<SocketChannel> clients) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        long lastNanos = System.nanoTime();
        while (System.nanoTime() - lastNanos < QUIET_NANOS) {
            long written = 0;
            for (SocketChannel client : clients) {
                bytes.clear();
                written += write(client, bytes);
            }
            if (written > 0) {
                lastNanos = System.nanoTime();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static int write(SocketChannel client, ByteBuffer bytes) {
        try {
            return client.write(bytes);
        } catch (IOException reset) {
            // On a slow machine its time was over already.
            assertThat(reset).isNotNull();
            return 0;
        }
    }
}
