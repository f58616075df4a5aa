package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Results with known figures. */
final class Samples {
    static final long MILLI = 1_000_000;

    private Samples() {}

    /** A slice of 100 ms with 1000 messages. */
    static Slice slice(String server, int cycle, long cpuMillis, boolean disturbed) {
        return new Slice(server, cycle, 1000, 100 * MILLI, cpuMillis * MILLI, 0, disturbed);
    }

    /** The baseline needs 10 ms a slice in even cycles, 20 in odd ones, the other half more. */
    static List<Slice> slices(int cycles) {
        List<Slice> slices = new ArrayList<>();
        for (int cycle = 0; cycle < cycles; cycle++) {
            long cpuMillis = cycle % 2 == 0 ? 10 : 20;
            slices.add(slice("c-epoll", cycle, cpuMillis, false));
            slices.add(slice("nio", cycle, cpuMillis * 3 / 2, false));
        }
        return slices;
    }

    static LoadResult load(List<Slice> slices) {
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        latencies.put("nio", new Latency(21_000, 40_500, 99_999, 1_234_567));
        latencies.put("c-epoll", new Latency(20_000, 39_000, 90_000, 900_000));
        return new LoadResult(new Load(64, 64, 1), "on processor 1", "c-epoll", slices, latencies,
                Map.of("nio", 0.25));
    }

    static Results results(List<LoadResult> loads) {
        SequencedMap<String, String> unavailable = new LinkedHashMap<>();
        unavailable.put("c-io_uring", "io_uring: refused by seccomp");
        return new Results(
                new Environment("2026-01-02T03:04:05Z", "A processor", 2, "none visible",
                        "Linux 6.18", "A JVM (25)", "4.2"),
                new Settings(8, 100, 8000, "by load", 1, "-Xmx256m -XX:+UseSerialGC"), unavailable,
                loads, List.of("1000x64 left out"));
    }
}
