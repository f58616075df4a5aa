package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A machine that refuses io_uring: the report has the cause, the default choice is epoll and says so
 * once, and a program that asked for io_uring gets no other.
 */
@Timeout(300)
class RefusalCausesTest {
    @TempDir
    private Path folder;

    /** What the latest process logged. */
    private String errors = "";

    @BeforeEach
    void needsStraceAndTheRing() {
        TracedProcess.assumePossible("it makes calls fail");
        assumeTrue(
                Capabilities.report().stream().anyMatch(
                        each -> each.backend() == Backend.IO_URING && each.available()),
                "needs io_uring, to take it away");
    }

    private List<String> run(String inject, String... options) throws Exception {
        List<String> strace = List.of(
                "-o", folder.resolve("trace").toString(),
                "-e", "trace=" + inject.substring(0, inject.indexOf(':')), "-e",
                "inject=" + inject);
        List<String> program = new ArrayList<>(List.of(options));
        program.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        program.add(RefusalProcess.class.getName());
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            List<String> lines = process.outputAtEnd(0);
            errors = process.errors();
            return lines;
        }
    }

    private long fallbacksLogged() {
        return errors.lines().filter(line -> line.contains("epoll is used instead of")).count();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EPERM | PERMISSION | refused by seccomp, or by the sysctl kernel.io_uring_disabled",
        "ENOSYS | UNSUPPORTED | the kernel, or a filter on it, has no io_uring",
        "ENOMEM | OUT_OF_MEMORY | not enough memory, or RLIMIT_MEMLOCK is too low",
        "EMFILE | OUT_OF_DESCRIPTORS | no descriptor is left",
    })
    void aRefusedRingIsReportedWithItsCause(String errno, String status, String cause)
            throws Exception {
        List<String> lines = run("io_uring_setup:error=" + errno);
        assertThat(lines).filteredOn(line -> line.startsWith("report io_uring ")).singleElement()
                .asString().contains("io_uring_setup: " + errno).contains(cause);
        assertThat(lines).filteredOn(line -> line.startsWith("default"))
                .containsExactly("default epoll", "default epoll", "default epoll");
        assertThat(lines.getLast()).startsWith("explicit " + status + " ").contains(cause);
        assertThat(fallbacksLogged()).as(errors).isEqualTo(1);
        assertThat(errors).contains(cause);
    }

    @Test
    void aSwitchIsTheReportedCause() throws Exception {
        List<String> lines = run("getpriority:error=EPERM", "-Dsluice.uring=off");
        assertThat(lines).contains("report io_uring is switched off by sluice.uring=off");
        assertThat(lines).contains("default epoll");
        assertThat(lines.getLast()).startsWith("explicit UNSUPPORTED ")
                .contains("is switched off by sluice.uring=off");
        assertThat(fallbacksLogged()).as(errors).isEqualTo(1);
    }

    /** What has to be registered is not to be had; rings that need nothing of it are. */
    @Test
    void refusedRegistrationsLeaveAPlainerRing() throws Exception {
        List<String> lines = run("io_uring_register:error=EPERM");
        assertThat(lines).contains("report io_uring ", "default io_uring", "explicit io_uring");
        assertThat(lines).filteredOn(line -> line.startsWith("io_uring feature false"))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(line -> line.contains("EPERM") || line.contains("EINVAL"));
        assertThat(fallbacksLogged()).as(errors).isZero();
    }

    /** Less memory for the rings than asked for is less, not nothing. */
    @Test
    void aRingTooLargeIsMadeSmaller() throws Exception {
        List<String> lines = run("io_uring_setup:error=ENOMEM:when=2");
        assertThat(lines).contains("report io_uring ", "explicit io_uring");
        assertThat(fallbacksLogged()).as(errors).isZero();
    }
}
