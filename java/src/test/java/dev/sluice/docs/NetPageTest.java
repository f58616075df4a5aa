package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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
        assertThat(blocks).hasSize(8);
    }

    @Test
    void theServerEchoes(@TempDir Path folder) throws IOException {
        EchoClient.assertEchoes(folder, List.of(), blocks.getFirst());
    }

    @Test
    void theServerWithAThreadPerPortEchoes(@TempDir Path folder) throws IOException {
        String option = "--add-opens=java.base/java.lang=ALL-UNNAMED";
        EchoClient.assertEchoes(folder, List.of(option), blocks.getLast());
    }

    @Test
    void theProgramWithTlsEchoes(@TempDir Path folder) throws IOException {
        Path store = folder.resolve("server.p12");
        try (InputStream in = NetPageTest.class.getResourceAsStream("/tls/server.p12")) {
            Files.write(store, in.readAllBytes());
        }
        try (DocumentedProgram program = DocumentedProgram.start(
                folder, blocks.get(3), store.toString(), "sluice")) {
            assertThat(program.line()).isEqualTo("secret");
        }
    }

    @Test
    void theDatagramComesBack(@TempDir Path folder) throws IOException {
        EchoClient.assertEchoesDatagrams(folder, EchoClient.atAnyPort(blocks.get(6)));
    }

    @Test
    void theClientSendsTwoBuffersAndTheOneWithAPoolUsesOneConnection(
            @TempDir Path folder, @TempDir Path gathering, @TempDir Path pooling)
            throws IOException {
        String echo = EchoClient.atAnyPort(blocks.getFirst());
        try (DocumentedProgram server = DocumentedProgram.start(folder, echo)) {
            String address = "127.0.0.1:" + EchoClient.portOf(server);
            try (DocumentedProgram client =
                    DocumentedProgram.start(gathering, blocks.get(4), address)) {
                assertThat(client.line()).isEqualTo("length 5: water");
            }
            try (DocumentedProgram client =
                    DocumentedProgram.start(pooling, blocks.get(5), address)) {
                assertThat(client.line()).isEqualTo("one");
                assertThat(client.line()).isEqualTo("two");
                assertThat(client.line()).isEqualTo("three");
                assertThat(client.line()).isEqualTo("connections: 1");
            }
        }
    }

    @Test
    void theClientTalksToTheServerThatGreets(@TempDir Path folder, @TempDir Path other)
            throws IOException {
        String greeter = EchoClient.atAnyPort(blocks.get(1));
        try (DocumentedProgram server = DocumentedProgram.start(folder, greeter)) {
            int port = EchoClient.portOf(server);
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
