package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.report.LineChart.Line;
import dev.sluice.bench.report.LineChart.Scale;
import dev.sluice.bench.report.RowChart.Row;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.Latency;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.ServerSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** The plots of loads. */
final class LoadCharts {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MOST_NINES = 4.2;

    private final Palette palette;

    LoadCharts(Palette palette) {
        this.palette = palette;
    }

    List<Chart> of(LoadResult result) {
        return List.of(cpu(result), throughput(result), latency(result));
    }

    private Chart throughput(LoadResult result) {
        List<Row> rows = result.byCpu().stream()
                .map(summary -> bar(summary.server(), summary.messagesPerSecond() / 1e3,
                        palette.of(summary.server())))
                .toList();
        return new RowChart(result.load().name() + ": throughput (more is better)",
                "thousand messages per second", rows, Double.NaN);
    }

    static Row bar(String name, double value, ReportColor color) {
        return new Row(name, value, value, value, color);
    }

    private Chart cpu(LoadResult result) {
        List<Row> rows = new ArrayList<>();
        for (ServerSummary summary : result.byCpu()) {
            Interval ratio = summary.cpuRatio();
            rows.add(new Row(summary.server(), ratio.median(), ratio.low(), ratio.high(),
                    palette.of(summary.server())));
        }
        return new RowChart(result.load().name() + ": CPU time (less is better)",
                "ratio to " + result.baseline() + ", with its 95% interval", rows, 1);
    }

    private Chart latency(LoadResult result) {
        List<Line> lines = new ArrayList<>();
        Set<String> shown = FewLines.of(result.servers(), result.baseline());
        result.latencies().forEach((server, latency) -> lines.add(
                curve(server, latency, shown.contains(server))));
        return new LineChart(result.load().name() + ": latency in \u00b5s (less is better)",
                "messages that took at most this long", lines, Scale.LOG_VERTICAL,
                LoadCharts::percentage);
    }

    /** Gives each nine the same width: 0, 90, 99, 99.9, 99.99%. */
    private Line curve(String server, Latency latency, boolean shown) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 0; i < Latency.CURVE.size(); i++) {
            double rest = 1 - Latency.CURVE.get(i) / 100;
            double nines = rest <= 0 ? MOST_NINES : Math.min(MOST_NINES, -Math.log10(rest));
            long nanos = latency.curveNanos().get(i);
            if (nanos > 0 && Latency.CURVE.get(i) > 0) {
                x.add(nines);
                y.add(nanos / NANOS_PER_MICRO);
            }
        }
        return new Line(server, x, y, palette.of(server), shown);
    }

    private static String percentage(double nines) {
        int whole = (int) Math.round(nines);
        if (whole < 0 || Math.abs(nines - whole) > 0.01) {
            return ChartStyle.noLabel(nines);
        }
        return switch (whole) {
            case 0 -> "0%";
            case 1 -> "90%";
            case 2 -> "99%";
            default -> "99." + "9".repeat(whole - 2) + "%";
        };
    }

    /** How the cost grows with the number of connections, for loads that differ in nothing else. */
    List<Chart> growth(List<LoadResult> results) {
        Map<String, List<LoadResult>> alike = results.stream().collect(Collectors.groupingBy(
                result -> new Load(1, result.load().messageBytes(), result.load().inFlight(),
                        result.load().place())
                        .name() + result.placement(),
                LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream().filter(group -> group.size() > 1).map(this::growthOf)
                .toList();
    }

    private Chart growthOf(List<LoadResult> group) {
        List<LoadResult> sorted = group.stream()
                .sorted(Comparator.comparingInt(result -> result.load().connections())).toList();
        Set<String> shown = FewLines.of(sorted.stream().flatMap(result -> result.servers().stream())
                .distinct().toList(), sorted.getFirst().baseline());
        SequencedMap<String, Line> lines = new LinkedHashMap<>();
        for (LoadResult result : sorted) {
            for (ServerSummary summary : result.summaries()) {
                Line line = lines.computeIfAbsent(summary.server(), server -> new Line(server,
                        new ArrayList<>(), new ArrayList<>(), palette.of(server),
                        shown.contains(server)));
                line.x().add((double) result.load().connections());
                line.y().add(summary.cpuNanosPerMessage());
            }
        }
        return new LineChart(format(ROOT, "Growth: ns of CPU per message, %,d bytes%s",
                sorted.getFirst().load().messageBytes(),
                sorted.getFirst().load().inFlight() == 1
                        ? ""
                        : ", " + sorted.getFirst().load().inFlight() + " in flight"),
                "connections", List.copyOf(lines.values()), Scale.LOG_HORIZONTAL,
                value -> format(ROOT, "%,.0f", value));
    }
}
