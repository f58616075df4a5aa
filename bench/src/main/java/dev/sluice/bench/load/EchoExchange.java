package dev.sluice.bench.load;

import dev.sluice.bench.load.Generator.Run;
import dev.sluice.bench.load.Generator.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The messages of an echo load, for servers that do more than echo. The unit is a message and its
 * echo; the figures are p50 and p99 in microseconds.
 */
public final class EchoExchange implements Exchange {
    private static final double NANOS_PER_MICRO = 1e3;

    private final LoadConnections connections;

    /** To a server from which what was sent comes back. */
    public EchoExchange(InetSocketAddress server, Load load) throws IOException {
        connections = LoadConnections.open(server, load);
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        Histogram latencies = LatencyHistograms.create();
        Run run = connections.run(durationNanos, Waiting.BLOCK, latencies);
        return new Outcome(run.messages(), run.elapsedNanos(),
                List.of(latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
                        latencies.getValueAtPercentile(99) / NANOS_PER_MICRO));
    }

    @Override
    public void close() throws IOException {
        connections.close();
    }
}
