package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.report.RowChart.Row;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.ServerSummary;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The same loads in several runs. Ratios are to the baseline of the same run. */
final class SideBySide {
    private final List<Run> runs;

    /** By identity, since the same results may be shown twice. */
    private final IdentityHashMap<Run, Integer> numbers = new IdentityHashMap<>();

    SideBySide(List<Run> runs) {
        this.runs = runs;
        runs.forEach(run -> numbers.put(run, numbers.size() + 1));
    }

    String environments() {
        StringBuilder body = new StringBuilder();
        for (Run run : runs) {
            Environment environment = run.results().environment();
            body.append(Html.named(number(run) + " " + run.label(),
                    Html.escape(environment.processor()),
                    Integer.toString(environment.processors()),
                    Html.escape(environment.kernel()), Html.escape(environment.java()),
                    Html.escape(environment.commit()), Html.escape(environment.date())));
        }
        return Html.table("The runs", Html.headings("run", "processor", "processors",
                "system", "Java", "commit", "date"), body.toString());
    }

    /** Returns the loads of any run, in the order in which they first come. */
    List<String> loads() {
        return runs.stream().flatMap(run -> run.results().loads().stream())
                .map(result -> result.load().name()).distinct().toList();
    }

    /** Returns the run's number, which stands for it where labels must be short. */
    int number(Run run) {
        return Objects.requireNonNull(numbers.get(run));
    }

    static Optional<LoadResult> result(Run run, String load) {
        return run.results().loads().stream()
                .filter(result -> result.load().name().equals(load)).findFirst();
    }

    static Optional<ServerSummary> summary(Run run, String load, String server) {
        return result(run, load).filter(result -> result.servers().contains(server))
                .map(result -> ServerSummary.of(result, server));
    }

    /** Returns the servers of any run, sorted by CPU time in the first run that has them. */
    List<String> servers(String load) {
        return runs.stream().flatMap(run -> result(run, load).stream())
                .flatMap(result -> result.byCpu().stream()).map(ServerSummary::server).distinct()
                .toList();
    }

    String table(String load) {
        List<String> headings = new ArrayList<>(List.of("server"));
        runs.forEach(run -> headings.add(Html.escape(run.label())));
        StringBuilder body = new StringBuilder();
        for (String server : servers(load)) {
            List<String> cells = new ArrayList<>();
            for (Run run : runs) {
                cells.add(summary(run, load, server).map(SideBySide::cell).orElse("\u2013"));
            }
            body.append(Html.named(server, cells.toArray(String[]::new)));
        }
        return Html.table("CPU ns per message, its ratio to the run's own baseline, messages"
                + " per second", Html.headings(headings.toArray(String[]::new)), body.toString());
    }

    private static String cell(ServerSummary summary) {
        return format(ROOT, "%,.0f ns <small>\u00d7%s; %,.0f/s</small>%s",
                summary.cpuNanosPerMessage(), Figures.ratio(summary.cpuRatio().median()),
                summary.messagesPerSecond(), summary.cpuRatio().isTooNoisy()
                        ? " <span class=\"noisy\">too noisy</span>"
                        : "");
    }

    Chart chart(String load, Palette palette) {
        List<Row> rows = new ArrayList<>();
        for (String server : servers(load)) {
            for (Run run : runs) {
                summary(run, load, server).ifPresent(summary -> rows.add(LoadCharts.bar(
                        number(run) + " " + server, summary.cpuNanosPerMessage(),
                        palette.of(server))));
            }
        }
        return new RowChart(load + ": CPU time (less is better)", "ns", rows,
                Double.NaN);
    }
}
