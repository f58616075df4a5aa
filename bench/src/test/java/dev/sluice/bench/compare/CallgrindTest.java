package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.load.Load;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CallgrindTest {
    private static final Load LOAD = new Load(8, 64, 1);

    @BeforeEach
    void needValgrind() {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, Callgrind.PROGRAM))),
                "no valgrind in the PATH (Debian: valgrind)");
    }

    /** An echo outside the kernel is a few hundred instructions: two calls and what leads to them. */
    @Test
    void anEchoOfTheBaselineTakesAFewHundredInstructions() throws Exception {
        ServerSpec spec = new ServerCatalog(BaselinePrograms.ofEnvironment()).all().stream()
                .filter(server -> server.name().equals("c-epoll")).findFirst().orElseThrow();
        try {
            spec.program().command(1);
        } catch (ServerUnavailableException e) {
            assumeTrue(false, "no baseline: " + e.getMessage());
        }
        assertThat(new Callgrind(spec, LOAD).instructionsPerMessage()).isBetween(20.0, 2000.0);
    }

    @Test
    void aServerThatDoesNotListenIsReportedInItsWords() {
        ServerSpec spec = new ServerSpec("sh",
                processors -> List.of("sh", "-c", "echo cannot run >&2; exit 3"), false,
                load -> true, Set.of(), "");
        assertThatIOException().isThrownBy(() -> new Callgrind(spec, LOAD).instructionsPerMessage())
                .withMessageContaining("cannot run");
    }
}
