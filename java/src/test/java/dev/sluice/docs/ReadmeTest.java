package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it is written. */
@Timeout(300)
class ReadmeTest {
    @Test
    void theEchoServerOfTheReadmeEchoes(@TempDir Path folder) throws IOException {
        List<String> blocks = DocumentedProgram.blocksOf("README.md");
        assertThat(blocks).hasSize(1);
        // Only the port is changed: a fixed one may be taken on the machine that runs the tests.
        String source = blocks.getFirst().replace("7777", "0");

        try (DocumentedProgram program = DocumentedProgram.start(folder, source)) {
            String line = program.line();
            assertThat(line).startsWith("listening on 127.0.0.1:");
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));

            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                byte[] message = "over the sluice".getBytes(StandardCharsets.US_ASCII);
                client.getOutputStream().write(message);
                assertThat(client.getInputStream().readNBytes(message.length)).isEqualTo(message);
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).as("its end after ours").isEqualTo(-1);
            }
            assertThat(program.isAlive()).isTrue();
        }
    }
}
