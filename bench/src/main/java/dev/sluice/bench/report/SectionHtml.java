package dev.sluice.bench.report;

import dev.sluice.bench.report.RowChart.Row;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Ties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table and the plots of a section. */
final class SectionHtml {
    static final String ROW_HEADING = "name";

    /** In the place of what was not measured. */
    static final String NOTHING = "\u2013";

    private static final int MOST_UNIT = 5;

    private SectionHtml() {}

    static String table(Section section) {
        String[] headings = Stream.concat(Stream.of(ROW_HEADING), section.columns().stream()
                .map(SectionHtml::heading)).toArray(String[]::new);
        StringBuilder body = new StringBuilder();
        for (Section.Row row : section.rows()) {
            List<String> cells = new ArrayList<>(List.of(Html.escape(row.name())));
            for (int i = 0; i < section.columns().size(); i++) {
                cells.add(cell(section, row, i));
            }
            body.append(Html.row(cells.toArray(String[]::new)));
        }
        StringBuilder notes = new StringBuilder();
        section.notes().forEach(note -> notes.append("<p class=\"note\">")
                .append(Html.escape(note)).append("</p>\n"));
        String place = section.placement().isEmpty() ? "" : "; " + section.placement();
        return Html.table(Html.escape(section.title() + place), Html.headings(headings),
                body.toString()) + notes;
    }

    /** A long unit, which would make all its column wide, may be broken after a slash. */
    static String heading(Column column) {
        String unit = Html.escape(column.unit());
        String broken = unit.length() > MOST_UNIT ? unit.replace("/", "/<wbr>") : unit;
        return Html.escape(column.name()) + (unit.isEmpty() ? "" : " " + broken);
    }

    static String cell(Section section, Section.Row row, int column) {
        Optional<Interval> figure = section.figure(row, column);
        if (figure.isEmpty()) {
            return NOTHING;
        }
        return Figures.of(figure.get().median()) + beside(section, row, column);
    }

    /** What a figure is of the baseline's, unless there is none. */
    private static String beside(Section section, Section.Row row, int column) {
        if (row.name().equals(section.baseline())) {
            return " <small>baseline</small>";
        }
        return section.ratio(row, column)
                .map(of -> " <small>\u00d7" + Figures.ratio(of.median())
                        + (Ties.isTie(of) ? " <span class=\"tie\">=</span>" : "") + "</small>")
                .orElse("");
    }

    /** A plot for each column. */
    static List<Chart> charts(Section section, Palette palette) {
        List<Chart> charts = new ArrayList<>();
        for (int i = 0; i < section.columns().size(); i++) {
            chart(section, i, palette).ifPresent(charts::add);
        }
        return charts;
    }

    private static Optional<Chart> chart(Section section, int index, Palette palette) {
        Column column = section.columns().get(index);
        List<Row> rows = new ArrayList<>();
        for (Section.Row row : section.rows()) {
            section.figure(row, index).ifPresent(figure -> rows.add(
                    LoadCharts.bar(row.name(), figure.median(), palette.of(row.name()))));
        }
        String better = column.better() == Better.MORE ? "more is better" : "less is better";
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new RowChart(section.name() + ": " + column.name(),
                        column.unit().isEmpty() ? better : column.unit() + ", " + better, rows,
                        Double.NaN));
    }
}
