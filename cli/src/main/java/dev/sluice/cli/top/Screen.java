package dev.sluice.cli.top;

import java.io.PrintWriter;
import java.util.List;

/** Shows one text after the other: in the same place on a terminal, below one another elsewhere. */
final class Screen {
    // ECMA-48: cursor home, erase to the end of the line and of the screen, reverse video.
    private static final String HOME = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String ERASE_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String REVERSE = "\u001b[7m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean terminal;
    private boolean begun;

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows a title and a table, whose first line is its heading. */
    void show(String title, List<String> table) {
        if (!terminal) {
            out.print(begun ? System.lineSeparator() : "");
            out.println(title);
            table.forEach(out::println);
        } else {
            out.print(begun ? HOME : CLEAR + HOME);
            out.println(title + ERASE_LINE);
            out.println(REVERSE + table.getFirst() + PLAIN + ERASE_LINE);
            table.stream().skip(1).forEach(line -> out.println(line + ERASE_LINE));
            out.print(ERASE_BELOW);
        }
        out.flush();
        begun = true;
    }
}
