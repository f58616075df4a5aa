package dev.sluice.bench.report;

import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Ties;
import java.util.ArrayList;
import java.util.List;

/** A section as text: as many columns as the terminal takes, the others below. */
final class SectionTable {
    private static final int WIDTH = 110;
    private static final String GAP = "  ";

    private final Section section;
    private final List<String> lines = new ArrayList<>();

    SectionTable(Section section) {
        this.section = section;
    }

    List<String> lines() {
        lines.add("");
        String place = section.placement().isEmpty() ? "" : "; " + section.placement();
        lines.addAll(wrapped(section.name() + ": " + section.title() + place));
        List<List<String>> columns = new ArrayList<>();
        for (int i = 0; i < section.columns().size(); i++) {
            columns.add(column(i));
        }
        int next = 0;
        while (next < columns.size()) {
            next += addTable(columns.subList(next, columns.size()));
        }
        if (hasTie()) {
            lines.addAll(wrapped("= cannot be told from " + section.baseline()
                    + ": the interval of the ratio encloses 1, or is of fewer than "
                    + Interval.FEWEST_VALUES + " values."));
        }
        section.notes().forEach(note -> lines.addAll(wrapped(note)));
        return lines;
    }

    /** Heading, unit, and a cell for each row. */
    private List<String> column(int index) {
        Column column = section.columns().get(index);
        List<String> cells = new ArrayList<>(List.of(column.name(), column.unit()));
        for (Row row : section.rows()) {
            cells.add(section.figure(row, index)
                    .map(figure -> Figures.of(figure.median())
                            + section.ratio(row, index).map(SectionTable::ratio).orElse(""))
                    .orElse("-"));
        }
        int numberEnds = cells.stream().skip(2).mapToInt(SectionTable::numberEnd).max().orElse(0);
        for (int i = 2; i < cells.size(); i++) {
            cells.set(i, " ".repeat(numberEnds - numberEnd(cells.get(i))) + cells.get(i));
        }
        return cells;
    }

    private static int numberEnd(String cell) {
        int space = cell.indexOf(' ');
        return space < 0 ? cell.length() : space;
    }

    private static String ratio(Interval ratio) {
        return "  x" + Figures.ratio(ratio.median()) + (Ties.isTie(ratio) ? "=" : " ");
    }

    /** As many columns as fit, at least one; how many those are. */
    private int addTable(List<List<String>> columns) {
        List<String> names = new ArrayList<>(List.of("", ""));
        section.rows().forEach(row -> names.add(row.name()));
        StringBuilder[] texts = names.stream().map(StringBuilder::new)
                .toArray(StringBuilder[]::new);
        pad(texts);
        int taken = 0;
        for (List<String> column : columns) {
            int width = column.stream().mapToInt(String::length).max().orElse(0);
            if (taken > 0 && texts[0].length() + GAP.length() + width > WIDTH) {
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

    private boolean hasTie() {
        for (Row row : section.rows()) {
            for (int i = 0; i < section.columns().size(); i++) {
                if (section.ratio(row, i).filter(Ties::isTie).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> wrapped(String text) {
        List<String> wrapped = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                wrapped.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        wrapped.add(line.toString().stripTrailing());
        return wrapped;
    }
}
