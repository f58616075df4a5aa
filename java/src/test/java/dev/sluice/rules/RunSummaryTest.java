package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The end of a run's output names what failed, since only the last lines of it may be seen. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs Linux: a script for bash")
class RunSummaryTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("sluice.home", ".."), ".ci", "summary");

    @TempDir
    private Path folder;

    private List<String> summaryOf(String log) throws Exception {
        Path file = Files.writeString(folder.resolve("log"), log);
        Process script = new ProcessBuilder("bash", SCRIPT.toString(), file.toString())
                .redirectErrorStream(true).start();
        List<String> lines = readAll(script);
        assertThat(script.waitFor()).as("%s", lines).isZero();
        return lines;
    }

    private static List<String> readAll(Process script) throws IOException {
        return new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
    }

    @Test
    void theTestsThatFailedComeLastWithTheirFirstLine() throws Exception {
        List<String> lines = summaryOf("""
                PART Linux
                SKIPPED WireTest.aResetIsOnTheWire(): Assumption failed: needs root: to capture
                [INFO] Tests run: 1632, Failures: 0, Errors: 0, Skipped: 1
                PART Wine
                [INFO] Running dev.sluice.conformance.EchoTest
                [ERROR] Tests run: 7, Failures: 0, Errors: 1, Skipped: 0 <<< FAILURE! -- in EchoTest
                [ERROR] dev.sluice.conformance.EchoTest.echoes()[1] -- Time elapsed: 6 s <<< ERROR!
                java.util.concurrent.TimeoutException: echoes() timed out
                \tat org.junit.Somewhere
                SKIPPED EchoTest.hides(): under Wine: it hides a thing (https://example.org/page)
                SKIPPED EchoTest.other(): Assumption failed: needs Linux: Unix sockets
                SKIPPED EchoTest.third(Path): Assumption failed: needs Linux: tcpdump
                [ERROR] Tests run: 609, Failures: 0, Errors: 1, Skipped: 3
                """);
        assertThat(lines).containsExactly(
                "Skipped:",
                "Linux:    1 needs root",
                "Wine:    1 under Wine: it hides a thing (https://example.org/page)",
                "Wine:    2 needs Linux",
                "Tests:",
                "Linux: Tests run: 1632, Failures: 0, Errors: 0, Skipped: 1",
                "Wine: Tests run: 609, Failures: 0, Errors: 1, Skipped: 3",
                "Failed:",
                "Wine: dev.sluice.conformance.EchoTest.echoes()[1] -- Time elapsed: 6 s <<< ERROR!",
                "    java.util.concurrent.TimeoutException: echoes() timed out");
    }

    @Test
    void aJvmThatEndedIsToldWithTheClassThatItWasIn() throws Exception {
        List<String> lines = summaryOf("""
                PART Wine
                [INFO] Running dev.sluice.conformance.EchoTest
                [ERROR] The forked VM terminated without saying properly goodbye
                [ERROR] Crashed tests:
                [ERROR] Failed to execute goal surefire:test
                """);
        assertThat(lines).endsWith("Failed:", "Wine: The forked VM terminated without saying"
                + " properly goodbye, last seen in dev.sluice.conformance.EchoTest");
    }

    @Test
    void aRunThatWasStoppedTellsWhereItWas() throws Exception {
        List<String> lines = summaryOf("""
                PART aarch64
                [INFO] Running dev.sluice.conformance.EchoTest
                """);
        assertThat(lines).endsWith("aarch64: ended while in dev.sluice.conformance.EchoTest");
    }

    @Test
    void aBuildThatFailedElsewhereTellsTheGoal() throws Exception {
        List<String> lines = summaryOf("""
                PART Linux
                Windows was not tested: wine is missing
                [ERROR] Failed to execute goal spotless:check
                [ERROR] Failed to execute goal never:shown
                """);
        assertThat(lines).endsWith("Tests:", "Linux: Windows was not tested: wine is missing",
                "Linux: Failed to execute goal spotless:check");
    }
}
