package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
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
            PooledReceiveTest.class, ShutdownTest.class, DelayTest.class);

    @TempDir
    private Path folder;

    /**
     * From the first call on, and more often than a refusal can be in life. Every second call is one
     * that a steady pattern of "submit, refused; wait for what ends" would never outlive: each call
     * that submits would be the refused one.
     */
    private static void assumeAvailable(Backend backend) {
        assumeTrue(
                Capabilities.report().stream()
                        .anyMatch(each -> each.backend() == backend && each.available()),
                "needs " + backend);
    }

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
    @Tag("thorough")
    void theContractHoldsWith(Backend backend, String calls, String errno, String when)
            throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        assumeAvailable(backend);
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

    /** A signal before the first byte: the call is made again. */
    @ParameterizedTest
    @CsvSource({"EPOLL, 1+2", "IO_URING, 1+2", "EPOLL, 1+3"})
    void filesAreSentThoughSignalsInterruptTheCall(Backend backend, String when) throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        assumeAvailable(backend);
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=sendfile",
                "-e", "inject=sendfile:error=EINTR:when=" + when);
        List<String> program = List.of(
                "-Dsluice.test.backends=" + backend.name().toLowerCase(Locale.ROOT),
                SuitePart.class.getName(), SendFileTest.class.getName());
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            List<String> output = process.outputAtEnd(0);
            assertThat(output.getFirst()).startsWith("passed ");
            assertThat(Integer.parseInt(output.getFirst().replace("passed ", "")))
                    .isGreaterThan(20);
        }
        try (Stream<String> lines = Files.lines(trace)) {
            assertThat(lines.filter(line -> line.endsWith("(INJECTED)"))).as("calls that failed")
                    .hasSizeGreaterThan(50);
        }
    }

    /** As a filter of before Linux 5.11 does, which does not know the call. */
    @ParameterizedTest
    @CsvSource({"EPERM", "EINVAL", "EOPNOTSUPP", "EACCES"})
    void aFilterThatRefusesTheNewerWaitCostsItsPrecisionAlone(String errno) throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=epoll_pwait2",
                "-e", "inject=epoll_pwait2:error=" + errno);
        List<String> program = List.of(
                "-Dsluice.test.backends=epoll", SuitePart.class.getName(),
                DelayTest.class.getName(), DeadlineTest.class.getName());
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            List<String> output = process.outputAtEnd(0);
            assertThat(output.getFirst()).startsWith("passed ");
            int passed = Integer.parseInt(output.getFirst().replace("passed ", ""));
            try (Stream<String> lines = Files.lines(trace)) {
                // Each port asks once; a test has a few of them.
                assertThat(lines.filter(line -> line.endsWith("(INJECTED)"))).as("refusals")
                        .hasSizeBetween(1, 4 * passed);
            }
        }
    }

    /** The process ends by itself, with few lines, instead of a stack trace for each try. */
    @ParameterizedTest
    @CsvSource({
        "EPOLL, 'epoll_wait,epoll_pwait2', ClosedException",
        "IO_URING, io_uring_enter, NetException",
    })
    void aGroupWhosePortsCannotWaitFailsWithOneError(
            Backend backend, String calls, String failure) throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        assumeAvailable(backend);
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=" + calls,
                "-e", "inject=" + calls + ":error=EPERM");
        List<String> program = List.of(
                FailedGroupProcess.class.getName(), backend.name().toLowerCase(Locale.ROOT));
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            assertThat(process.outputAtEnd(0)).singleElement().asString()
                    .startsWith(failure).contains("EPERM");
            List<String> errors = process.errors().lines()
                    .filter(line -> line.contains("ERROR")).toList();
            assertThat(errors).hasSizeLessThan(2).allMatch(line -> line.contains("EPERM"));
        }
        try (Stream<String> lines = Files.lines(trace)) {
            assertThat(lines.filter(line -> line.endsWith("(INJECTED)"))).as("calls that failed")
                    .hasSizeBetween(1, 200);
        }
    }

    /**
     * A virtual thread needs a ring of another kind than the platform thread that opened the port, and
     * gets it at its first use. That the kernel refuses for a moment must not show; that it refuses for
     * good is a failure of the port.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | OK OK",
        "+ | the port failed (io_uring_setup: EMFILE",
    })
    void aRingForANewOwnerIsRequestedAgain(String andAllLater, String result) throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        assumeAvailable(Backend.IO_URING);
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=io_uring_setup",
                "-e", "inject=io_uring_setup:error=EMFILE:when="
                        + (NewOwnerProcess.EARLIER_RINGS + 1) + andAllLater);
        List<String> program = List.of(
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                NewOwnerProcess.class.getName());
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            List<String> output = process.outputAtEnd(0);
            assertThat(output).hasSize(2).startsWith("submitted");
            assertThat(output.getLast()).startsWith(result);
        }
        try (Stream<String> lines = Files.lines(trace)) {
            assertThat(lines).anyMatch(line -> line.endsWith("(INJECTED)"));
        }
    }

    /** What a firewall or a dying connection does to single accepts; none ends the listener. */
    @ParameterizedTest
    @CsvSource({"EPERM", "ETIMEDOUT", "ENOPROTOOPT", "EOPNOTSUPP", "EMFILE", "ENOBUFS", "EPROTO"})
    void aMultishotAcceptSurvivesFailuresOf(String errno) throws Exception {
        TracedProcess.assumePossible("it makes calls fail");
        int connections = 5;
        Path trace = folder.resolve("trace");
        List<String> strace = List.of(
                "-o", trace.toString(),
                "-e", "trace=accept4",
                "-e", "inject=accept4:error=" + errno + ":when=1+2");
        List<String> program = List.of(
                EchoProcess.class.getName(), "epoll", String.valueOf(connections));
        try (TracedProcess process = TracedProcess.start(folder, strace, program)) {
            Address server = Address.parse(process.process().inputReader().readLine());
            InetSocketAddress address = server.toInetSocketAddress();
            for (int i = 0; i < connections; i++) {
                try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                    client.setSoTimeout(60_000);
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
            assertThat(process.outputAtEnd(0)).isEmpty();
        }
    }
}
