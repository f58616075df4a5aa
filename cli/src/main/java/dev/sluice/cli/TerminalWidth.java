package dev.sluice.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The width of the terminal that a command prints to. */
public final class TerminalWidth {
    /** The width where there is no terminal, as in a pipe. */
    public static final int DEFAULT = 110;

    private static final Pattern SIZE = Pattern.compile("\\d+ ([1-9]\\d{0,4})\\s*");
    private static final int ANSWER_SECONDS = 5;

    private TerminalWidth() {}

    /** Returns the number of columns, or {@link #DEFAULT}. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null where there is no terminal
    public static int columns() throws InterruptedException {
        Console console = System.console();
        return console != null && console.isTerminal() ? parse(stty()) : DEFAULT;
    }

    private static String stty() throws InterruptedException {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty")).redirectErrorStream(true).start();
            String answer = new String(stty.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            return stty.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) ? answer : "";
        } catch (IOException e) {
            return ""; // no stty or no controlling terminal
        }
    }

    /** Reads the answer of {@code stty size}: rows and columns. */
    static int parse(String answer) {
        Matcher matcher = SIZE.matcher(answer);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : DEFAULT;
    }
}
