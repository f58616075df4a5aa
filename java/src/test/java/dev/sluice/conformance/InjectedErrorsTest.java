package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A part of the suite in a process whose kernel refuses now and then to submit and to wait, or is
 * interrupted by signals. With each of these codes nothing was submitted by that call: strace makes
 * them without calling the kernel, and the kernel itself answers a count once it took an entry.
 */
@Timeout(900)
class InjectedErrorsTest {
    private static final List<Class<?>> PART = List.of(
            AbortTest.class, CancelTest.class, CloseTest.class, HalfCloseTest.class,
            PooledReceiveTest.class, ShutdownTest.class, TimerTest.class);

    @TempDir
    private Path folder;

    /**
     * From the first call on, and more often than a refusal can be in life. Every second call is one
     * that a steady pattern of "submit, refused; wait for what ends" would never outlive: each call
     * that submits would be the refused one.
     */
    @ParameterizedTest
    @CsvSource({
        "IO_URING, io_uring_enter, EINTR, 1+3",
        "IO_URING, io_uring_enter, EAGAIN, 1+2",
        "IO_URING, io_uring_enter, EAGAIN, 1+3",
        "IO_URING, io_uring_enter, EBUSY, 2+5",
        "IO_URING, io_uring_enter, ENOBUFS, 1+3",
        "IO_URING, io_uring_enter, ENOMEM, 2+3",
        "EPOLL, 'epoll_wait,epoll_pwait2', EINTR, 1+3",
    })
    void theContractHoldsWith(Backend backend, String calls, String errno, String when)
            throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        assumeTrue(
                Capabilities.report().stream()
                        .anyMatch(each -> each.backend() == backend && each.available()),
                "needs " + backend);
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=" + calls,
                "-e", "inject=" + calls + ":error=" + errno + ":when=" + when);
        List<String> program = new ArrayList<>(List.of(
                "-Dsluice.test.backends=" + backend.name().toLowerCase(Locale.ROOT),
                SuitePart.class.getName()));
        PART.forEach(type -> program.add(type.getName()));
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            List<String> output = process.outputAtEnd(0);
            assertThat(output).as("output").isNotEmpty();
            int passed = Integer.parseInt(output.getFirst().replace("passed ", ""));
            assertThat(passed).isGreaterThan(80);
        }
        try (Stream<String> lines = Files.lines(trace)) {
            assertThat(lines.filter(line -> line.endsWith("(INJECTED)"))).as("calls that failed")
                    .hasSizeGreaterThan(100);
        }
    }
}
