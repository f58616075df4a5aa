package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The servers of the page on overload end their connections as the page says. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs SIGTERM")
@Timeout(300)
class OverloadPageTest {
    private List<String> blocks = List.of();

    @TempDir
    private Path folder;

    @BeforeEach
    void read() throws IOException {
        blocks = DocumentedProgram.blocksOf("docs/overload.md");
        assertThat(blocks).hasSize(2);
    }

    @Test
    void theServerResetsWhatOutlivesItsGrace() throws IOException {
        String source = EchoClient.atAnyPort(blocks.getFirst());
        String hasty = source.replace("ofSeconds(20)", "ofMillis(300)");
        assertThat(hasty).isNotEqualTo(source);
        try (DocumentedProgram server = DocumentedProgram.start(folder, hasty)) {
            int port = EchoClient.portOf(server);
            try (Socket ended = EchoClient.connect(port); Socket open = EchoClient.connect(port)) {
                EchoClient.exchange(open);
                EchoClient.exchange(ended);
                ended.shutdownOutput();
                assertThat(ended.getInputStream().read()).isEqualTo(-1);
                server.terminate();
                assertThatThrownBy(() -> open.getInputStream().read())
                        .isInstanceOf(SocketException.class);
                assertThat(server.line())
                        .isEqualTo("Report[finished=1, lost=0, failed=0, aborted=1]");
                assertThat(server.line()).isNull();
            }
        }
    }

    @Test
    void theServerResetsASilentPeer() throws IOException {
        String source = EchoClient.atAnyPort(blocks.getFirst());
        String hasty = source.replace("ofSeconds(30)", "ofMillis(200)");
        assertThat(hasty).isNotEqualTo(source);
        try (DocumentedProgram server = DocumentedProgram.start(folder, hasty);
                Socket silent = EchoClient.connect(EchoClient.portOf(server))) {
            assertThatThrownBy(() -> silent.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void thePortEndsItsConnectionsWellBeforeItCloses() throws IOException {
        String source = EchoClient.atAnyPort(blocks.getLast());
        try (DocumentedProgram server = DocumentedProgram.start(folder, source);
                Socket client = EchoClient.connect(EchoClient.portOf(server))) {
            client.getOutputStream().write(1);
            server.terminate();
            assertThat(client.getInputStream().read()).as("an end, not a reset").isEqualTo(-1);
            client.shutdownOutput();
            assertThat(server.line()).isEqualTo("every connection has ended");
            assertThat(server.line()).isNull();
        }
    }
}
