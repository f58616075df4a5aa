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
        SequencedMap<String, String> unavailable = new LinkedHashMap<>();
        unavailable.put("c-io_uring", "io_uring: refused by seccomp");
        return new Results(
                new Environment("2026-01-02T03:04:05Z", "A processor", 2, "none visible",
                        "Linux 6.18", "A JVM (25)", "4.2", "abc1234"),
                new Settings(8, 100, 8000, "by load", 1, "-Xmx256m -XX:+UseSerialGC"), unavailable,
                loads, List.of(section()), List.of("1000x64 left out"));
    }
}
