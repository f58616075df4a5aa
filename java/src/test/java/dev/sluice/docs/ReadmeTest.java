package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it is written. */
@Timeout(300)
class ReadmeTest {
    @Test
    void theServerOfTheNetLayerEchoes(@TempDir Path folder) throws IOException {
        EchoClient.assertEchoes(folder, List.of(), blocks().getFirst());
    }

    @Test
    void theServerOfTheCoreEchoes(@TempDir Path folder) throws IOException {
        EchoClient.assertEchoes(folder, List.of(), blocks().getLast());
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = DocumentedProgram.blocksOf("README.md");
        assertThat(blocks).hasSize(2);
        return blocks;
    }
}
