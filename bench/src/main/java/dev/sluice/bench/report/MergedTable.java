package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.ServerSummary;
import dev.sluice.bench.results.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * Several runs as text, side by side: the runs, the key to the tables, and a table for each load and
 * section. Runs that do not fit the terminal stand below the others.
 */
public final class MergedTable {
    private static final String CELL = "%9s  %-19s  %9s";
    private static final int KEY_INDENT = 9;

    private final List<Run> runs;
    private final SideBySide loads;
    private final SectionsSideBySide sections;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    /** Shows those runs in lines of at most that many columns, if the longest name allows it. */
    public MergedTable(List<Run> runs, int width) {
        this.runs = runs;
        this.loads = new SideBySide(runs);
        this.sections = new SectionsSideBySide(runs);
        this.width = width;
    }

    /** Returns all lines; a single run is shown as {@code compare} shows it. */
    public List<String> lines() {
        if (runs.size() == 1) {
            return new ResultTable(runs.getFirst().results()).lines();
        }
        runs.forEach(this::addRun);
        addKey();
        loads.loads().forEach(this::addLoad);
        sections.allNames().forEach(this::addSection);
        return lines;
    }

    private String heading(Run run) {
        return loads.number(run) + " " + run.label();
    }

    private void addRun(Run run) {
        Environment environment = run.results().environment();
        lines.addAll(TerminalText.wrapped("Run " + loads.number(run) + "    ", run.label() + ": "
                + environment.processor() + "; " + environment.processors() + " processors; "
                + environment.kernel() + "; Java " + environment.java() + "; Netty "
                + environment.netty() + "; commit " + environment.commit() + "; "
                + environment.date().replace("T", " ").replace("Z", "") + " UTC", width));
        run.results().unavailable().forEach((server, reason) -> addTerm("Not run",
                server + " in run " + loads.number(run) + ": " + reason));
        run.results().notes().forEach(note -> addTerm("Note",
                "on run " + loads.number(run) + ": " + note));
    }

    private void addTerm(String term, String words) {
        lines.addAll(TerminalText.wrapped(
                term + " ".repeat(KEY_INDENT - term.length()), words, width));
    }

    private void addKey() {
        lines.add("");
        lines.add("How to read the tables");
        addTerm("  *", "a row of Sluice. Rows are sorted by the CPU time of the first run that has"
                + " them, the least first.");
        addTerm("  ns", "CPU time of the server's whole process per message: the median over the"
                + " cycles.");
        addTerm("  ratio", "of the CPU time to the baseline in the same run: compare these across"
                + " machines. (a-b) is the range of fewer than " + Interval.FEWEST_VALUES
                + " cycles. \"Too noisy\": the ends differ by more than half.");
        addTerm("  = ~", "in the tables without intervals: the interval contains 1, or fewer cycles"
                + " ran; too noisy.");
    }

    private List<String> names(int headings, List<String> rows) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < headings; i++) {
            names.add("");
        }
        rows.forEach(row -> names.add((Verdict.isSluice(row) ? "* " : "  ") + row));
        return names;
    }

    private void addLoad(String load) {
        LoadResult first = runs.stream().flatMap(run -> SideBySide.result(run, load).stream())
                .findFirst().orElseThrow();
        lines.add("");
        lines.addAll(TerminalText.wrapped(load + ": " + first.load().description(), width));
        List<String> servers = loads.servers(load);
        List<List<String>> columns = new ArrayList<>();
        for (Run run : runs) {
            List<String> column = new ArrayList<>(List.of(heading(run),
                    format(ROOT, CELL, "ns", "ratio [95%]", "msg/s")));
            for (String server : servers) {
                column.add(SideBySide.summary(run, load, server)
                        .map(summary -> cell(run, load, summary))
                        .orElseGet(() -> format(ROOT, CELL, "-", "-", "-")));
            }
            columns.add(column);
        }
        lines.addAll(TerminalText.table(names(2, servers), columns, width));
    }

    private static String cell(Run run, String load, ServerSummary summary) {
        boolean isBaseline = SideBySide.result(run, load)
                .filter(result -> result.baseline().equals(summary.server())).isPresent();
        return format(ROOT, CELL, format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "1 (baseline)" : Figures.interval(summary.cpuRatio()),
                format(ROOT, "%,.0f", summary.messagesPerSecond()));
    }

    private void addSection(String name) {
        List<Section> found = sections.of(name);
        lines.add("");
        lines.addAll(TerminalText.wrapped(name + ": " + found.getFirst().title(), width));
        List<String> rows = sections.rows(name);
        List<List<String>> columns = new ArrayList<>();
        for (Section.Column column : found.getFirst().columns()) {
            for (Run run : runs) {
                SectionsSideBySide.find(run, name)
                        .map(section -> column(section, column, rows, heading(run)))
                        .ifPresent(columns::add);
            }
        }
        lines.addAll(TerminalText.table(names(3, rows), columns, width));
    }

    private static List<String> column(Section section, Section.Column column, List<String> rows,
            String run) {
        List<String> lines = new ArrayList<>(List.of(run, column.name(), column.unit()));
        int index = section.columns().indexOf(column);
        lines.addAll(TerminalText.alignNumbers(rows.stream().map(name -> section.rows().stream()
                .filter(row -> index >= 0 && row.name().equals(name)).findFirst()
                .map(row -> SectionTable.cell(section, row, index)).orElse("-")).toList()));
        return lines;
    }
}
