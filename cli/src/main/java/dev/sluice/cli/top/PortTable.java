package dev.sluice.cli.top;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Rows of ports as text in columns, the most useful first: what does not fit the terminal is left out. */
final class PortTable {
    private static final int LONGEST_THREAD = 20;

    private record Column(String title, boolean left, Function<PortRow, String> cell) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("PORT", false, PortRow::port),
            new Column("THREAD", true, row -> cut(row.thread(), LONGEST_THREAD)),
            new Column("BACKEND", true, PortRow::backend),
            new Column("SOCKETS", false, row -> number(row.sockets())),
            new Column("OPS", false, row -> number(row.pendingOperations())),
            new Column("EVENTS/s", false, row -> number(row.events())),
            new Column("ASLEEP", false, row -> Math.round(100 * row.asleep()) + "%"),
            new Column("LONGEST", false, row -> millis(row.longest())),
            new Column("TASKS", false, row -> number(row.waitingTasks())),
            new Column("BUFFERS", false,
                    row -> number(row.usedBuffers()) + "/" + number(row.buffers())),
            new Column("POLLS/s", false, row -> number(row.polls())),
            new Column("WAITS/s", false, row -> number(row.waitCalls())),
            new Column("SUBMITS/s", false, row -> number(row.submitCalls())),
            new Column("TRIES/s", false, row -> number(row.tryCalls())),
            new Column("OTHER/s", false, row -> number(row.otherCalls())),
            new Column("FAILED ACCEPTS", false, row -> number(row.acceptFailures())));

    private PortTable() {}

    /**
     * Returns the lines of the table, its titles first.
     *
     * @param rows of at least one port; several are followed by their sum
     * @param width the columns of the terminal
     */
    static List<String> lines(List<PortRow> rows, int width) {
        List<PortRow> all = new ArrayList<>(rows);
        if (rows.size() > 1) {
            all.add(PortRow.sum(rows));
        }
        List<StringBuilder> lines = new ArrayList<>();
        for (int i = 0; i <= all.size(); i++) {
            lines.add(new StringBuilder());
        }
        for (Column column : COLUMNS) {
            List<String> cells = new ArrayList<>(List.of(column.title));
            all.forEach(row -> cells.add(column.cell.apply(row)));
            int needed = cells.stream().mapToInt(String::length).max().orElse(0);
            if (lines.getFirst().length() + 2 + needed > width && !lines.getFirst().isEmpty()) {
                break;
            }
            append(lines, cells, needed, column.left);
        }
        return lines.stream().map(line -> line.toString().stripTrailing()).toList();
    }

    private static void append(
            List<StringBuilder> lines, List<String> cells, int width, boolean left) {
        for (int i = 0; i < cells.size(); i++) {
            StringBuilder line = lines.get(i);
            String padding = " ".repeat(width - cells.get(i).length());
            line.append(line.isEmpty() ? "" : "  ")
                    .append(left ? cells.get(i) + padding : padding + cells.get(i));
        }
    }

    static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width));
    }

    /** A rate below ten keeps one decimal, so that a slow port does not look like one that rests. */
    private static String number(double value) {
        boolean small = value > 0 && value < 9.95;
        return String.format(Locale.ROOT, small ? "%.1f" : "%,.0f", value);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%,.1f ms", time.toNanos() / 1e6);
    }
}
