package dev.sluice.bench.results;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The figures of one server under one load.
 *
 * @param server its name
 * @param messagesPerSecond the median over the cycles
 * @param throughputRatio to the baseline, in pairs
 * @param latency percentiles over all slices that count
 * @param cpuNanosPerMessage the median over the cycles
 * @param cpuRatio to the baseline, in pairs
 * @param bytesPerMessage allocated on the Java heap by the serving thread
 */
public record ServerSummary(String server, double messagesPerSecond, Interval throughputRatio,
        Latency latency, double cpuNanosPerMessage, Interval cpuRatio,
        OptionalDouble bytesPerMessage) {
    /** Computes the figures of a server that ran in the load. */
    public static ServerSummary of(LoadResult result, String server) {
        List<Slice> slices = result.counted(server);
        List<Slice> baseline = result.counted(result.baseline());
        Double bytes = result.bytesPerMessage().get(server);
        Latency latency = result.latencies().get(server);
        if (latency == null) {
            throw new IllegalArgumentException(server + " did not run");
        }
        return new ServerSummary(server,
                median(slices.stream().mapToDouble(Slice::messagesPerSecond).toArray()),
                PairedSlices.ratio(slices, baseline, Slice::messagesPerSecond),
                latency,
                median(slices.stream().mapToDouble(Slice::cpuNanosPerMessage).toArray()),
                PairedSlices.ratio(slices, baseline, Slice::cpuNanosPerMessage),
                bytes == null ? OptionalDouble.empty() : OptionalDouble.of(bytes));
    }

    private static double median(double... values) {
        return Interval.ofMedian(values).median();
    }
}
