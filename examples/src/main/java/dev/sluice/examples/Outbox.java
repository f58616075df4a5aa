package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.net.Connection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Lines that wait to be written to a peer. Putting one in never waits, so a peer that does not read
 * holds nobody up; and there is a bound, so it does not fill the memory either.
 */
final class Outbox {
    /** No line, since it is two. */
    private static final String END = "\n";

    private final Connection connection;
    private final BlockingQueue<String> lines;

    Outbox(Connection connection, int mostLines) {
        this.connection = connection;
        this.lines = new ArrayBlockingQueue<>(mostLines);
    }

    /** Adds a line; false if it is full, which tells that the peer reads too slowly. */
    boolean offer(String line) {
        return lines.offer(line);
    }

    /** Adds a line in the place of the oldest if it is full: for news that make older ones void. */
    void replaceOldest(String line) {
        while (!lines.offer(line)) {
            lines.poll();
        }
    }

    /** Lets {@link #write} return after what is there; a peer that is too slow for that is reset. */
    void end() {
        if (!lines.offer(END)) {
            connection.abort();
        }
    }

    /** Writes lines as they come, those that wait in one call, until the end. */
    void write() throws IOException {
        List<String> next = new ArrayList<>();
        boolean last = false;
        while (!last) {
            try {
                next.add(lines.take());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for lines");
            }
            lines.drainTo(next);
            int end = next.indexOf(END);
            last = end >= 0;
            if (last) {
                next.subList(end, next.size()).clear();
            }
            if (!next.isEmpty()) {
                connection.write((String.join("\n", next) + "\n").getBytes(UTF_8));
                next.clear();
            }
        }
    }
}
