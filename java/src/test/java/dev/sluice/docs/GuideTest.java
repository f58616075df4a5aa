package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the guide to the core shows works as it is written, but for ports and waiting times. */
@Timeout(300)
class GuideTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private String client = "";
    private String time = "";
    private String processors = "";
    private String readiness = "";
    private String datagrams = "";
    private String files = "";

    @BeforeEach
    void read() throws IOException {
        List<String> blocks = DocumentedProgram.blocksOf("docs/guide.md");
        assertThat(blocks).hasSize(6);
        client = blocks.getFirst();
        time = EchoClient.atAnyPort(blocks.get(1));
        processors = EchoClient.atAnyPort(blocks.get(2));
        readiness = EchoClient.atAnyPort(blocks.get(3));
        datagrams = EchoClient.atAnyPort(blocks.get(4));
        files = EchoClient.atAnyPort(blocks.get(5));
    }

    @Test
    void theClientTalksToTheServerOfReadiness(@TempDir Path folder, @TempDir Path other)
            throws IOException {
        try (DocumentedProgram server = DocumentedProgram.start(folder, readiness)) {
            String address = "127.0.0.1:" + EchoClient.portOf(server);
            try (DocumentedProgram program =
                    DocumentedProgram.start(other, client, address, "over the sluice")) {
                assertThat(program.line()).isEqualTo("over the sluice");
                assertThat(program.line()).as("its end after the peer's").isNull();
            }
        }
    }

    @Test
    void theClientPrintsThatItWasRefused(@TempDir Path folder) throws IOException {
        try (DocumentedProgram program =
                DocumentedProgram.start(folder, client, "127.0.0.1:1", "x")) {
            assertThat(program.line()).contains("127.0.0.1:1").contains("REFUSED");
            assertThat(program.line()).isNull();
        }
    }

    @Test
    void theTimerTicksAndTheSilentAreReset(@TempDir Path folder) throws IOException {
        String hasty = time.replace("ofSeconds(10)", "ofMillis(300)");
        assertThat(hasty).isNotEqualTo(time);
        try (DocumentedProgram server = DocumentedProgram.start(folder, hasty);
                Socket silent = new Socket(LOOPBACK, EchoClient.portOf(server))) {
            assertThatThrownBy(() -> {
                silent.getOutputStream().write('x');
                silent.getInputStream().read();
            }).isInstanceOf(SocketException.class);
            assertThat(server.line()).matches("up for [1-9][0-9]* s");
            assertThat(server.line()).matches("up for [1-9][0-9]* s");
        }
    }

    @Test
    void everyWorkerGetsConnections(@TempDir Path folder) throws IOException {
        int workers = Runtime.getRuntime().availableProcessors();
        Set<String> greetings = new HashSet<>();
        try (DocumentedProgram server = DocumentedProgram.start(folder, processors)) {
            int port = EchoClient.portOf(server);
            for (int i = 0; i < workers; i++) {
                try (Socket socket = new Socket(LOOPBACK, port)) {
                    greetings.add(new String(
                            socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                }
            }
        }
        assertThat(greetings).hasSize(workers).allMatch(name -> name.startsWith("worker-"));
    }

    @Test
    void aDatagramComesBack(@TempDir Path folder) throws IOException {
        EchoClient.assertEchoesDatagrams(folder, datagrams);
    }

    @Test
    void aFileArrives(@TempDir Path folder) throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("content"), content);
        try (DocumentedProgram server =
                DocumentedProgram.start(folder, files, file.toString());
                Socket socket = new Socket(LOOPBACK, EchoClient.portOf(server))) {
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(content);
        }
    }
}
