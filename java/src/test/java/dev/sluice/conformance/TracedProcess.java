package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the test's class path in a process of its own, under strace. */
final class TracedProcess implements AutoCloseable {
    /** Generous: strace stops the program at every call that it looks at. */
    private static final long PATIENCE_SECONDS = 300;

    private final Process process;
    private final Path errors;

    /** A traced process whose standard output is in {@link #process} or in a file. */
    private TracedProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** Skips the test where nothing can be traced. */
    static void assumePossible(String why) {
        Needs.linux("strace: " + why);
        Needs.command("strace", why);
        Needs.nativeX86("strace does not see through an emulator");
    }

    /**
     * Starts it.
     *
     * @param folder for what it prints as errors
     * @param strace options of strace
     * @param program options of the virtual machine, the class, and its arguments
     */
    static TracedProcess start(Path folder, List<String> strace, List<String> program)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq"));
        command.addAll(strace);
        List<String> quicklyStarted = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        quicklyStarted.addAll(program);
        command.addAll(JavaCommand.of(quicklyStarted));
        Path errors = folder.resolve("errors");
        return new TracedProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    Process process() {
        return process;
    }

    /** What it printed to its standard output, once it has ended with that code. */
    List<String> outputAtEnd(int code) throws IOException, InterruptedException {
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(process.exitValue()).as("%s%n%s", lines, errors()).isEqualTo(code);
        return lines;
    }

    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
