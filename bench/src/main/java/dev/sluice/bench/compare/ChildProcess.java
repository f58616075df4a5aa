package dev.sluice.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program in a process of its own, which answers requests line by line. It ends when its standard
 * input does, so it cannot outlive this process, however that ends.
 */
final class ChildProcess implements AutoCloseable {
    private static final String END_OF_OUTPUT = "";
    private static final int END_SECONDS = 3;
    private static final int KEPT_ERROR_LINES = 20;

    private final Process process;
    private final Writer questions;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>(KEPT_ERROR_LINES);
    private final Thread errorReader;

    private ChildProcess(Process process) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        Thread.startVirtualThread(() -> readLines(process.inputReader(StandardCharsets.UTF_8),
                output));
        this.errorReader = Thread.startVirtualThread(
                () -> readLines(process.errorReader(StandardCharsets.UTF_8), errors));
    }

    static ChildProcess start(List<String> command) throws IOException {
        return new ChildProcess(new ProcessBuilder(command).start());
    }

    private static void readLines(BufferedReader from, BlockingQueue<String> into) {
        try (from) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                into.offer(line); // beyond a bound only the first lines are kept
            }
        } catch (IOException e) {
            into.offer("its output broke: " + e.getMessage());
        }
        into.offer(END_OF_OUTPUT);
    }

    /**
     * Returns the next line of its output; empty at the end of it, null if nothing comes in time.
     */
    @Nullable
    String readLine(long seconds) throws InterruptedException {
        return output.poll(seconds, TimeUnit.SECONDS);
    }

    /** Sends the program a line. */
    void writeLine(String line) throws IOException {
        questions.write(line + "\n");
        questions.flush();
    }

    /** Returns the first line of its error output, or its exit status if there is none. */
    String whyItEnded() throws InterruptedException {
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        errorReader.join();
        String line = errors.poll();
        if (line == null || line.equals(END_OF_OUTPUT)) {
            return process.isAlive() ? "closed its output" : "exit status " + process.exitValue();
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    /** Asks the program to end, without waiting. */
    void end() {
        try {
            questions.close();
        } catch (IOException e) {
            process.destroy(); // the pipe is broken: it has ended, or ends now
        }
    }

    /** True if it ends by itself, and well, within that time. */
    boolean awaitEnd(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Kills the process at once, for the case that this process is being ended. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                kill();
                process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
