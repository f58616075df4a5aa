package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Lays text out for a terminal of a given width. */
final class TerminalText {
    private static final String GAP = "  ";

    private TerminalText() {}

    /**
     * Returns a table. Columns that do not fit the width stand below the others, beside the same
     * names; a column wider than the terminal stands alone.
     *
     * @param names the first column, with an empty name for each line of headings
     * @param columns a cell for each name
     */
    static List<String> table(List<String> names, List<List<String>> columns, int width) {
        List<String> lines = new ArrayList<>();
        int next = 0;
        while (next < columns.size()) {
            next += addColumns(names, columns.subList(next, columns.size()), width, lines);
        }
        return lines;
    }

    /** Adds as many columns as fit, at least one, and returns how many. */
    private static int addColumns(List<String> names, List<List<String>> columns, int width,
            List<String> lines) {
        StringBuilder[] texts = names.stream().map(StringBuilder::new)
                .toArray(StringBuilder[]::new);
        pad(texts);
        int taken = 0;
        for (List<String> column : columns) {
            int cellWidth = column.stream().mapToInt(String::length).max().orElse(0);
            if (taken > 0 && texts[0].length() + GAP.length() + cellWidth > width) {
                break;
            }
            for (int i = 0; i < texts.length; i++) {
                texts[i].append(GAP).append(column.get(i));
            }
            pad(texts);
            taken++;
        }
        for (StringBuilder text : texts) {
            if (!text.toString().isBlank()) {
                lines.add(text.toString().stripTrailing());
            }
        }
        return taken;
    }

    private static void pad(StringBuilder... texts) {
        int width = 0;
        for (StringBuilder text : texts) {
            width = Math.max(width, text.length());
        }
        for (StringBuilder text : texts) {
            text.append(" ".repeat(width - text.length()));
        }
    }

    /** Returns the cells with their numbers, the first words, aligned at their ends. */
    static List<String> alignNumbers(List<String> cells) {
        int end = cells.stream().mapToInt(TerminalText::numberEnd).max().orElse(0);
        return cells.stream().map(cell -> " ".repeat(end - numberEnd(cell)) + cell).toList();
    }

    private static int numberEnd(String cell) {
        int space = cell.indexOf(' ');
        return space < 0 ? cell.length() : space;
    }

    /** Returns the text in lines that are broken between words. */
    static List<String> wrapped(String text, int width) {
        return wrapped("", text, width);
    }

    /** Returns the text behind a first word; further lines are indented by its length. */
    static List<String> wrapped(String first, String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        int start = first.length();
        for (String word : text.split(" ", -1)) {
            if (line.length() > start && line.length() + word.length() > width) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(start));
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
