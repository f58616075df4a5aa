package dev.sluice.bench.compare;

import dev.sluice.bench.load.Generator;
import dev.sluice.bench.load.Generator.Run;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.machine.Snapshot;
import dev.sluice.bench.results.Slice;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** Runs slices and reads the clocks around them. */
final class SliceRunner {
    /** What others may use during a slice, as a share of its time on one processor. */
    private static final double DISTURBED_ABOVE = 0.05;

    /**
     * The clocks run for this long after the last echo: what the server does then, such as spinning
     * before it blocks, or collecting garbage, counts as its own cost.
     */
    private static final long TAIL_NANOS = 1_000_000L;

    private final Machine machine = Machine.here();
    private final long ownPid = ProcessHandle.current().pid();

    /** Runs one slice; adds its latencies to the histogram. */
    Slice run(ServerProcess server, Generator generator, int cycle, long sliceNanos,
            Waiting waiting, Histogram latencies) throws IOException {
        long[] participants = {ownPid, server.pid(), generator.pid()};
        Snapshot before = machine.snapshot(participants);
        long startNanos = System.nanoTime();
        Run run = generator.run(sliceNanos, waiting, latencies);
        long generatorNanos = waiting == Waiting.SPIN ? -1 : run.cpuNanos();
        machine.pause(TAIL_NANOS);
        long spanNanos = System.nanoTime() - startNanos;
        Snapshot after = machine.snapshot(participants);
        long others = after.othersSince(before, participants);
        return new Slice(server.name(), cycle, run.messages(), run.elapsedNanos(),
                after.usedSince(before, server.pid()), generatorNanos, others,
                others > spanNanos * DISTURBED_ABOVE);
    }
}
