package dev.sluice.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own. */
final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "listening ";
    private static final int START_SECONDS = 60;
    private static final int ANSWER_SECONDS = 10;

    private final String name;
    private final ChildProcess process;
    private @Nullable InetSocketAddress address;

    private ServerProcess(String name, ChildProcess process) {
        this.name = name;
        this.process = process;
    }

    /** Starts the program; {@link #awaitListening} reports whether it can run. */
    static ServerProcess start(String name, List<String> command)
            throws ServerUnavailableException {
        try {
            return new ServerProcess(name, ChildProcess.start(command));
        } catch (IOException e) {
            throw new ServerUnavailableException("cannot start " + command.getFirst() + ": "
                    + e.getMessage());
        }
    }

    /** Waits until the server listens. */
    void awaitListening() throws ServerUnavailableException, InterruptedException {
        String line = process.readLine(START_SECONDS);
        if (line == null) {
            throw new ServerUnavailableException(
                    "did not listen within " + START_SECONDS + " seconds");
        }
        if (!line.startsWith(LISTENING)) {
            throw new ServerUnavailableException(line.isEmpty()
                    ? process.whyItEnded()
                    : "unexpected first line: " + line);
        }
        int colon = line.lastIndexOf(':');
        String host = line.substring(LISTENING.length(), colon);
        address = new InetSocketAddress(InetAddress.ofLiteral(host),
                Integer.parseInt(line.substring(colon + 1)));
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

    /** Requests a number, by a word of dev.sluice.bench.peers.Control. */
    long ask(String question) throws IOException, InterruptedException {
        process.writeLine(question);
        String answer = process.readLine(ANSWER_SECONDS);
        if (answer == null || answer.isEmpty()) {
            throw new IOException("no answer to '" + question + "'");
        }
        try {
            return Long.parseLong(answer);
        } catch (NumberFormatException e) {
            throw new IOException("no number in answer to '" + question + "': " + answer, e);
        }
    }

    /** Asks the server to end, without waiting. */
    void end() {
        process.end();
    }

    /** True if it ends by itself, and well, within that time. */
    boolean awaitEnd(int seconds) throws InterruptedException {
        return process.awaitEnd(seconds);
    }

    /** Kills the process at once, for the case that this process is being ended. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
