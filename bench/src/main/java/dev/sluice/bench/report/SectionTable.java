package dev.sluice.bench.report;

import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.Ranking;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A section as text. Columns that do not fit the terminal stand below the others. */
final class SectionTable {
    private static final int WIDTH = ResultTable.WIDTH;
    private static final String GAP = "  ";

    private final Section section;
    private final List<Row> rows;
    private final List<String> lines = new ArrayList<>();

    SectionTable(Section section) {
        this.section = section;
        this.rows = section.byCpu();
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
        addMarks();
        Verdict.of(section).forEach((row, verdict) -> lines.addAll(
                wrapped(row + " " + verdict.sentence())));
        section.notes().forEach(note -> lines.addAll(wrapped(note)));
        return lines;
    }

    private void addMarks() {
        if (hasAny(ratio -> Ranking.isTie(ratio) && !ratio.isTooNoisy())) {
            lines.addAll(wrapped("= cannot be told apart from " + section.baseline()
                    + ": the interval of the ratio contains 1, or fewer than "
                    + Interval.FEWEST_VALUES + " cycles ran."));
        }
        if (hasAny(Interval::isTooNoisy)) {
            lines.addAll(wrapped("~ too noisy: the ends of the interval of the ratio differ by more"
                    + " than half."));
        }
    }

    /** Returns heading, unit, and a cell for each row. */
    private List<String> column(int index) {
        Column column = section.columns().get(index);
        List<String> cells = new ArrayList<>(List.of(column.name(), column.unit()));
        for (Row row : rows) {
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
        String mark = ratio.isTooNoisy() ? "~" : Ranking.isTie(ratio) ? "=" : " ";
        return "  x" + Figures.ratio(ratio.median()) + mark;
    }

    /** Adds as many columns as fit, at least one, and returns how many. */
    private int addTable(List<List<String>> columns) {
        List<String> names = new ArrayList<>(List.of("", ""));
        rows.forEach(row -> names.add(
                (Verdict.isSluice(row.name()) ? "* " : "") + row.name()));
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

    private boolean hasAny(Predicate<Interval> property) {
        for (Row row : rows) {
            for (int i = 0; i < section.columns().size(); i++) {
                if (section.ratio(row, i).filter(property).isPresent()) {
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
