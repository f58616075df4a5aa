package dev.sluice.bench.results;

import dev.sluice.bench.load.Load;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * The results of one load.
 *
 * @param load the load
 * @param placement the processors that were used, in words
 * @param baseline the server that ratios refer to
 * @param slices every slice, in the order in which they ran
 * @param latencies of every server that ran to the end, in the order of the table
 * @param bytesPerMessage the bytes that the serving thread allocated on the Java heap; no entry for
 *     a server without one
 */
public record LoadResult(Load load, String placement, String baseline, List<Slice> slices,
        SequencedMap<String, Latency> latencies, Map<String, Double> bytesPerMessage) {
    /** From this share on the generator counts as the limit. */
    public static final double SATURATED = 0.95;

    private static final int FEWEST_PAIRS = 3;

    /** The servers, in the order of the table. */
    public List<String> servers() {
        return List.copyOf(latencies.sequencedKeySet());
    }

    /**
     * Returns the share of the slices' time in which the generator's thread was busy: the median,
     * or empty if it polled. If server and generator have a processor each, a throughput above
     * {@link #SATURATED} is the generator's and not the server's.
     */
    public OptionalDouble generatorShare(String server) {
        double[] shares = counted(server).stream().filter(slice -> slice.generatorNanos() >= 0)
                .mapToDouble(slice -> (double) slice.generatorNanos() / slice.elapsedNanos())
                .toArray();
        return shares.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Interval.ofMedian(shares).median());
    }

    /** Returns how many slices other processes disturbed. */
    public long disturbed() {
        return slices.stream().filter(Slice::disturbed).count();
    }

    /**
     * True if the disturbed slices count nevertheless, because without them less than half of the
     * cycles would be left.
     */
    public boolean countsDisturbed() {
        int cycles = slices.stream().mapToInt(Slice::cycle).max().orElse(-1) + 1;
        int needed = Math.min(cycles, Math.max(FEWEST_PAIRS, cycles / 2));
        return servers().stream().anyMatch(server -> undisturbedPairs(server) < needed);
    }

    private long undisturbedPairs(String server) {
        return undisturbed(server).stream()
                .filter(slice -> undisturbed(baseline).stream()
                        .anyMatch(other -> other.cycle() == slice.cycle()))
                .count();
    }

    private List<Slice> undisturbed(String server) {
        return slices.stream()
                .filter(slice -> slice.server().equals(server) && !slice.disturbed())
                .toList();
    }

    /** Returns the slices of a server that count, at most one per cycle. */
    public List<Slice> counted(String server) {
        if (!countsDisturbed()) {
            return undisturbed(server);
        }
        SequencedMap<Integer, Slice> byCycle = new LinkedHashMap<>();
        for (Slice slice : slices) {
            if (slice.server().equals(server)) {
                byCycle.merge(slice.cycle(), slice, LoadResult::lessDisturbed);
            }
        }
        return List.copyOf(byCycle.values());
    }

    private static Slice lessDisturbed(Slice one, Slice other) {
        return other.othersNanos() < one.othersNanos() ? other : one;
    }

    /** Returns the figures of every server, the least CPU time first. */
    public List<ServerSummary> byCpu() {
        return summaries().stream()
                .sorted(Comparator.comparingDouble(ServerSummary::cpuNanosPerMessage)).toList();
    }

    /** Returns the figures of every server, in the order of {@link #servers}. */
    public List<ServerSummary> summaries() {
        return servers().stream().map(server -> ServerSummary.of(this, server)).toList();
    }
}
