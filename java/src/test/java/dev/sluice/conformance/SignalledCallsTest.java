package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every second call that a thread makes on a socket itself is interrupted by a signal before it does
 * anything. It must be repeated: a would-block would make the thread wait for an edge that has come
 * before.
 */
@Timeout(300)
class SignalledCallsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"EPOLL", "IO_URING"})
    void noTryCallMissesWhatIsThere(String backend) throws Exception {
        TracedProcess.assumePossible("it interrupts calls");
        assumeTrue(
                Capabilities.report().stream()
                        .anyMatch(each -> each.backend() == Backend.valueOf(backend)
                                && each.available()),
                "needs " + backend);
        List<String> strace = List.of(
                "-o", folder.resolve("trace").toString(),
                "-e", "trace=recvfrom,sendto",
                "-e", "inject=recvfrom,sendto:error=EINTR:when=1+2");
        List<String> program = List.of(SignalledCallsProcess.class.getName(), backend);
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            assertThat(process.outputAtEnd(0)).containsExactly("missed 0");
        }
    }
}
