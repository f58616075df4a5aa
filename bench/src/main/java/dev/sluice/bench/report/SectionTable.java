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
        addWrapped(section.name() + ": " + section.title() + place);
        List<List<String>> columns = new ArrayList<>();
        for (int i = 0; i < section.columns().size(); i++) {
            columns.add(column(i));
        }
        List<String> names = new ArrayList<>(List.of("", ""));
        rows.forEach(row -> names.add((Verdict.isSluice(row.name()) ? "* " : "") + row.name()));
        lines.addAll(TerminalText.table(names, columns, WIDTH));
        addMarks();
        Verdict.of(section).forEach((row, verdict) -> addWrapped(row + " " + verdict.sentence()));
        section.notes().forEach(this::addWrapped);
        return lines;
    }

    private void addMarks() {
        if (hasAny(ratio -> Ranking.isTie(ratio) && !ratio.isTooNoisy())) {
            addWrapped("= cannot be told apart from " + section.baseline()
                    + ": the interval of the ratio contains 1, or fewer than "
                    + Interval.FEWEST_VALUES + " cycles ran.");
        }
        if (hasAny(Interval::isTooNoisy)) {
            addWrapped(
                    "~ too noisy: the ends of the interval of the ratio differ by more than half.");
        }
    }

    /** Returns heading, unit, and a cell for each row. */
    private List<String> column(int index) {
        Column column = section.columns().get(index);
        List<String> cells = new ArrayList<>(List.of(column.name(), column.unit()));
        cells.addAll(TerminalText.alignNumbers(
                rows.stream().map(row -> cell(section, row, index)).toList()));
        return cells;
    }

    /** Returns the median, and its ratio to the baseline with a mark. */
    static String cell(Section section, Row row, int index) {
        return section.figure(row, index)
                .map(figure -> Figures.of(figure.median())
                        + section.ratio(row, index).map(SectionTable::ratio).orElse(""))
                .orElse("-");
    }

    private static String ratio(Interval ratio) {
        String mark = ratio.isTooNoisy() ? "~" : Ranking.isTie(ratio) ? "=" : " ";
        return "  x" + Figures.ratio(ratio.median()) + mark;
    }

    private void addWrapped(String text) {
        lines.addAll(TerminalText.wrapped(text, WIDTH));
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
}
