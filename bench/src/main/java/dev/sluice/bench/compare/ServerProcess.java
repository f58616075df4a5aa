package dev.sluice.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own. It ends when its standard input does, so it cannot outlive
 * this process, however that ends.
 */
final class ServerProcess implements AutoCloseable {
    private static final String END_OF_OUTPUT = "";
    private static final String LISTENING = "listening ";
    private static final int START_SECONDS = 60;
    private static final int ANSWER_SECONDS = 10;
    private static final int END_SECONDS = 3;
    private static final int KEPT_ERROR_LINES = 20;

    private final String name;
    private final Process process;
    private final Writer questions;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>(KEPT_ERROR_LINES);
    private final Thread errorReader;
    private @Nullable InetSocketAddress address;

    private ServerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        Thread.startVirtualThread(() -> readLines(process.inputReader(StandardCharsets.UTF_8),
                output));
        this.errorReader = Thread.startVirtualThread(
                () -> readLines(process.errorReader(StandardCharsets.UTF_8), errors));
    }

    /** Starts the program; {@link #awaitListening} tells whether it can run. */
    static ServerProcess start(String name, List<String> command)
            throws ServerUnavailableException {
        try {
            return new ServerProcess(name, new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new ServerUnavailableException("cannot start " + command.getFirst() + ": "
                    + e.getMessage());
        }
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

    /** Waits until the server listens. */
    void awaitListening() throws ServerUnavailableException, InterruptedException {
        String line = output.poll(START_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new ServerUnavailableException(
                    "did not listen within " + START_SECONDS + " seconds");
        }
        if (!line.startsWith(LISTENING)) {
            throw new ServerUnavailableException(line.equals(END_OF_OUTPUT)
                    ? whyItEnded()
                    : "unexpected first line: " + line);
        }
        int colon = line.lastIndexOf(':');
        String host = line.substring(LISTENING.length(), colon);
        address = new InetSocketAddress(InetAddress.ofLiteral(host),
                Integer.parseInt(line.substring(colon + 1)));
    }

    /** The first line of its error output, or its exit status where it said nothing. */
    private String whyItEnded() throws InterruptedException {
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        errorReader.join();
        String line = errors.poll();
        if (line == null || line.equals(END_OF_OUTPUT)) {
            return process.isAlive() ? "closed its output" : "exit status " + process.exitValue();
        }
        return line;
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    InetSocketAddress address() {
        if (address == null) {
            throw new IllegalStateException(name + " does not listen yet");
        }
        return address;
    }

    /** Asks for a number, as dev.sluice.bench.peers.Control has it. */
    long ask(String question) throws IOException, InterruptedException {
        questions.write(question + "\n");
        questions.flush();
        String answer = output.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (answer == null || answer.equals(END_OF_OUTPUT)) {
            throw new IOException("no answer to '" + question + "'");
        }
        try {
            return Long.parseLong(answer);
        } catch (NumberFormatException e) {
            throw new IOException("no number in answer to '" + question + "': " + answer, e);
        }
    }

    /** Asks it to end, without waiting. */
    void end() {
        try {
            questions.close();
        } catch (IOException e) {
            process.destroy(); // the pipe is broken: it has ended, or ends now
        }
    }

    /** Whether it ends by itself, and well, within that time. */
    boolean awaitEnd(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Ends the process at once, for when this one is being ended. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
