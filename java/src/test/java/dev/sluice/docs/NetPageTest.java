package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the page on blocking sockets shows works as it is written, but for the port. */
@Timeout(300)
class NetPageTest {
    private List<String> blocks = List.of();

    @BeforeEach
    void read() throws IOException {
        blocks = DocumentedProgram.blocksOf("docs/net.md");
        assertThat(blocks).hasSize(4);
    }

    private static int portIn(String line) {
        assertThat(line).startsWith("listening on 127.0.0.1:");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    @Test
    void theServerEchoes(@TempDir Path folder) throws IOException {
        assertEchoes(folder, List.of(), blocks.getFirst());
    }

    @Test
    void theServerWhosePortsCarryItsThreadsEchoes(@TempDir Path folder) throws IOException {
        String option = "--add-opens=java.base/java.lang=ALL-UNNAMED";
        assertEchoes(folder, List.of(option), blocks.getLast());
    }

    private static void assertEchoes(Path folder, List<String> options, String block)
            throws IOException {
        String source = block.replace("7777", "0");
        try (DocumentedProgram program = DocumentedProgram.start(folder, options, source);
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), portIn(program.line()))) {
            byte[] message = "over the sluice".getBytes(StandardCharsets.US_ASCII);
            client.getOutputStream().write(message);
            assertThat(client.getInputStream().readNBytes(message.length)).isEqualTo(message);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void theClientTalksToTheServerThatGreets(@TempDir Path folder, @TempDir Path other)
            throws IOException {
        String greeter = blocks.get(1).replace("7777", "0");
        try (DocumentedProgram server = DocumentedProgram.start(folder, greeter)) {
            int port = portIn(server.line());
            try (DocumentedProgram client =
                    DocumentedProgram.start(other, blocks.get(2), "localhost:" + port)) {
                assertThat(client.line()).isEqualTo("hello reader");
            }
            server.endInput();
            assertThat(server.line()).isEqualTo("1 finished, 0 aborted");
        }
        try (DocumentedProgram client =
                DocumentedProgram.start(other, blocks.get(2), "127.0.0.1:1")) {
            assertThat(client.line()).isEqualTo("connect tcp 127.0.0.1:1: connection refused");
        }
    }
}
