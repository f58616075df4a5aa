package dev.sluice.bench.report;

import dev.sluice.bench.results.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sections that several runs have. Ratios are to the baseline of the same run. */
final class SectionsSideBySide {
    private final List<Run> runs;

    SectionsSideBySide(List<Run> runs) {
        this.runs = runs;
    }

    /** Returns the sections of more than one run, in the order in which they first come. */
    List<String> names() {
        return allNames().stream().filter(name -> of(name).size() > 1).toList();
    }

    /** Returns the sections of any run, in the order in which they first come. */
    List<String> allNames() {
        return runs.stream().flatMap(run -> run.results().sections().stream()).map(Section::name)
                .distinct().toList();
    }

    /** Returns the rows of that section in any run, sorted by CPU time in the first that has them. */
    List<String> rows(String name) {
        return of(name).stream().flatMap(section -> section.byCpu().stream())
                .map(Section.Row::name).distinct().toList();
    }

    List<Section> of(String name) {
        return runs.stream().flatMap(run -> find(run, name).stream()).toList();
    }

    static Optional<Section> find(Run run, String name) {
        return run.results().sections().stream()
                .filter(section -> section.name().equals(name)).findFirst();
    }

    /**
     * Returns a table with the columns of the first run that has the section, each once per run.
     */
    String table(String name) {
        List<Section> sections = of(name);
        List<Section.Column> columns = sections.getFirst().columns();
        List<String> headings = new ArrayList<>(List.of(SectionHtml.ROW_HEADING));
        for (Section.Column column : columns) {
            for (int i = 0; i < runs.size(); i++) {
                headings.add(SectionHtml.heading(column) + "<br>run " + (i + 1));
            }
        }
        StringBuilder body = new StringBuilder();
        for (String row : rows(name)) {
            List<String> cells = new ArrayList<>();
            for (Section.Column column : columns) {
                runs.forEach(run -> cells.add(find(run, name)
                        .map(section -> cell(section, row, column)).orElse(SectionHtml.NOTHING)));
            }
            body.append(Html.named(row, cells.toArray(String[]::new)));
        }
        return Html.table(Html.escape(sections.getFirst().title()),
                Html.headings(headings.toArray(String[]::new)), body.toString());
    }

    private static String cell(Section section, String name, Section.Column column) {
        int index = section.columns().indexOf(column);
        return section.rows().stream().filter(row -> index >= 0 && row.name().equals(name))
                .findFirst().map(row -> SectionHtml.cell(section, row, index))
                .orElse(SectionHtml.NOTHING);
    }
}
