package dev.sluice.bench.report;

import dev.sluice.bench.report.RowChart.Row;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.Ranking;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The table and the plots of a section. */
final class SectionHtml {
    static final String ROW_HEADING = "name";

    /** Stands for a figure that was not measured. */
    static final String NOTHING = "\u2013";

    private static final int MOST_UNIT = 5;

    private SectionHtml() {}

    static String table(Section section) {
        Map<String, Verdict> verdicts = Verdict.of(section);
        StringBuilder body = new StringBuilder();
        for (Section.Row row : section.byCpu()) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < section.columns().size(); i++) {
                cells.add(cell(section, row, i));
            }
            if (!verdicts.isEmpty()) {
                Verdict verdict = verdicts.get(row.name());
                cells.add(verdict == null ? "" : LoadHtml.verdict(verdict));
            }
            body.append(Html.named(row.name(), cells.toArray(String[]::new)));
        }
        String[] headings = Stream.of(Stream.of(ROW_HEADING),
                section.columns().stream().map(SectionHtml::heading),
                verdicts.isEmpty() ? Stream.<String>of() : Stream.of("against NIO, JDK, Netty"))
                .flatMap(part -> part).toArray(String[]::new);
        StringBuilder notes = new StringBuilder();
        section.notes().forEach(note -> notes.append("<p class=\"note\">")
                .append(Html.escape(note)).append("</p>\n"));
        String place = section.placement().isEmpty() ? "" : "; " + section.placement();
        return Html.table(Html.escape(section.title() + place), Html.headings(headings),
                body.toString()) + LoadHtml.losses(verdicts) + notes;
    }

    /** Allows a line break after a slash in a long unit, which would make its whole column wide. */
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

    /** Returns the ratio to the baseline's figure, if there is a baseline. */
    private static String beside(Section section, Section.Row row, int column) {
        if (row.name().equals(section.baseline())) {
            return " <small>baseline</small>";
        }
        return section.ratio(row, column)
                .map(of -> " <small>\u00d7" + Figures.ratio(of.median())
                        + mark(of) + "</small>")
                .orElse("");
    }

    private static String mark(Interval ratio) {
        if (ratio.isTooNoisy()) {
            return " <span class=\"noisy\">too noisy</span>";
        }
        return Ranking.isTie(ratio) ? " <span class=\"tie\">=</span>" : "";
    }

    /** Draws a plot for each column. */
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
        for (Section.Row row : section.byCpu()) {
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
