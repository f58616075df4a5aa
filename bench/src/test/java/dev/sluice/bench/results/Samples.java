package dev.sluice.bench.results;

import dev.sluice.bench.load.Load;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Results with known figures. */
public final class Samples {
    static final long MILLI = 1_000_000;

    private Samples() {}

    /** A slice of 100 ms with 1000 messages. */
    public static Slice slice(String server, int cycle, long cpuMillis, boolean disturbed) {
        return new Slice(server, cycle, 1000, 100 * MILLI, cpuMillis * MILLI, 60 * MILLI, 0,
                disturbed);
    }

    /** The baseline needs 10 ms a slice in even cycles, 20 in odd ones, the other half more. */
    public static List<Slice> slices(int cycles) {
        List<Slice> slices = new ArrayList<>();
        for (int cycle = 0; cycle < cycles; cycle++) {
            long cpuMillis = cycle % 2 == 0 ? 10 : 20;
            slices.add(slice("c-epoll", cycle, cpuMillis, false));
            slices.add(slice("nio", cycle, cpuMillis * 3 / 2, false));
        }
        return slices;
    }

    public static LoadResult load(List<Slice> slices) {
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        latencies.put("nio", new Latency(21_000, 40_500, 99_999, 1_234_567, curve(21_000)));
        latencies.put("c-epoll", new Latency(20_000, 39_000, 90_000, 900_000, curve(20_000)));
        return new LoadResult(new Load(64, 64, 1), "on processor 1", "c-epoll", slices, latencies,
                Map.of("nio", 0.25));
    }

    /** A row of Sluice between two rivals, one of which is the baseline. */
    public static LoadResult rivals() {
        return load(List.of("netty-epoll", "nio", "sluice-epoll"), "nio",
                List.of(30L, 10L, 20L), 0);
    }

    /** A row whose ratio to the baseline is different in each cycle. */
    public static LoadResult noisy() {
        return load(List.of("c-epoll", "nio"), "c-epoll", List.of(10L, 20L), 5);
    }

    private static LoadResult load(List<String> servers, String baseline, List<Long> cpuMillis,
            int moreEachCycle) {
        List<Slice> slices = new ArrayList<>();
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        for (int i = 0; i < servers.size(); i++) {
            for (int cycle = 0; cycle < 8; cycle++) {
                slices.add(slice(servers.get(i), cycle,
                        cpuMillis.get(i) + (long) i * cycle * moreEachCycle, false));
            }
            latencies.put(servers.get(i), new Latency(21_000, 40_500, 99_999, 1_234_567,
                    curve(21_000)));
        }
        return new LoadResult(new Load(64, 64, 1), "on processor 1", baseline, slices, latencies,
                Map.of());
    }

    /** A row for each of those servers, with figures as long as they come; the first is the baseline. */
    public static LoadResult crowded(List<String> servers) {
        List<Slice> slices = new ArrayList<>();
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        Map<String, Double> bytes = new LinkedHashMap<>();
        for (String server : servers) {
            int place = latencies.size();
            for (int cycle = 0; cycle < 8; cycle++) {
                long cpuNanos = 52_345_678L + 7_654_321L * place + 12_345_678L * (cycle % 3);
                slices.add(new Slice(server, cycle, 123_456, 100 * MILLI, cpuNanos, 99 * MILLI, 0,
                        false));
            }
            latencies.put(server, new Latency(21_000 + place, 40_500, 1_099_999, 12_234_567,
                    curve(21_000 + 500L * place)));
            bytes.put(server, 1234.56);
        }
        return new LoadResult(new Load(1000, 64, 1), "server and generator on processor 1",
                servers.getFirst(), slices, latencies, bytes);
    }

    /** As many columns as a section has, with ratios and with more columns, but none. */
    public static List<Section> crowdedSections(List<String> servers) {
        return List.of(crowdedSection("rate20000", servers, 6, servers.getFirst()),
                crowdedSection("idle", servers, 10, ""));
    }

    private static Section crowdedSection(String name, List<String> servers, int count,
            String baseline) {
        List<Section.Column> columns = new ArrayList<>();
        columns.add(new Section.Column("resident without connections", "MiB",
                Section.Better.LESS));
        for (int i = 1; i < count; i++) {
            columns.add(new Section.Column("native at 10,00" + i, "B/connection",
                    Section.Better.LESS));
        }
        List<Section.Row> rows = servers.stream().map(server -> new Section.Row(server,
                columns.stream().map(column -> List.of(12_345.0, 12_678.0, 12_890.0)).toList()))
                .toList();
        return new Section(name, "a row for each server", "not pinned", baseline, columns, rows,
                List.of());
    }

    private static List<Long> curve(long median) {
        return Latency.CURVE.stream().map(percent -> (long) (median * percent / 50)).toList();
    }

    /** Two rows, of which one was not measured in one column. */
    public static Section section() {
        return new Section("churn", "a connection for every message", "on processor 1", "c-epoll",
                List.of(new Section.Column("connections", "1/s", Section.Better.MORE),
                        new Section.Column("heap", "B", Section.Better.LESS)),
                List.of(new Section.Row("nio", List.of(List.of(900.0, 1800.0), List.of(12.5))),
                        new Section.Row("c-epoll", List.of(List.of(1000.0, 2000.0), List.of()))),
                List.of("few ports were free"));
    }

    public static Results results(List<LoadResult> loads) {
        return results(loads, List.of(section()));
    }

    public static Results results(List<LoadResult> loads, List<Section> sections) {
        SequencedMap<String, String> unavailable = new LinkedHashMap<>();
        unavailable.put("c-io_uring", "io_uring: refused by seccomp");
        return new Results(
                new Environment("2026-01-02T03:04:05Z", "A processor", 2, "none visible",
                        "Linux 6.18", "A JVM (25)", "4.2", "abc1234"),
                new Settings(8, 100, 8000, "by load", 1, "-Xmx256m -XX:+UseSerialGC"), unavailable,
                loads, sections, List.of("1000x64 left out"));
    }
}
