package dev.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reports the current step on the error stream: on a terminal as one line that changes. */
public final class Progress {
    private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;
    private static final int WIDTH = 78;

    private final PrintStream out;
    private final boolean terminal;
    private long lastPlainNanos;
    private boolean lineOpen;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Reports on the error stream of this process. */
    public static Progress onStandardError() {
        return new Progress(System.err, isTerminal("/proc/self/fd/2"));
    }

    private static boolean isTerminal(String descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // no such link on this operating system: plain lines are right everywhere
        }
    }

    /**
     * Reports a step that others soon follow; except on a terminal, only one of them in five
     * seconds.
     */
    void step(String text) {
        if (terminal) {
            String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            out.print("\r" + line + " ".repeat(WIDTH - line.length()));
            out.flush();
            lineOpen = true;
            return;
        }
        long now = System.nanoTime();
        if (now - lastPlainNanos >= PLAIN_EVERY_NANOS) {
            line(text);
        }
    }

    /** Prints a line that stays. */
    void line(String text) {
        done();
        out.println(text);
        lastPlainNanos = System.nanoTime();
    }

    /** Clears the line that changes, before something else is printed. */
    void done() {
        if (lineOpen) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
            lineOpen = false;
        }
    }
}
