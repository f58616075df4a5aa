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
 * Lines that wait to be written to a peer. Adding one never blocks, so a peer that does not read delays
 * no other; the queue is bounded, so that peer cannot fill the memory.
 */
final class LineQueue {
    /** The end of the queue; it differs from every line, since it has two. */
    private static final String END = "\n";

    private final Connection connection;
    private final BlockingQueue<String> lines;

    LineQueue(Connection connection, int mostLines) {
        this.connection = connection;
        this.lines = new ArrayBlockingQueue<>(mostLines);
    }

    /** Adds a line; returns false if the queue is full, because the peer reads too slowly. */
    boolean offer(String line) {
        return lines.offer(line);
    }

    /** Adds a line, and removes the oldest if the queue is full: for lines that replace older ones. */
    void replaceOldest(String line) {
        while (!lines.offer(line)) {
            lines.poll();
        }
    }

    /** Lets {@link #write} return after the queued lines; a peer that is too slow for them is reset. */
    void end() {
        if (!lines.offer(END)) {
            connection.abort();
        }
    }

    /** Writes the lines until the end; all that wait are written in one call. */
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
