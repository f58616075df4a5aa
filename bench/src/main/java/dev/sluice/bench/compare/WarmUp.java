package dev.sluice.bench.compare;

import dev.sluice.bench.load.Generator;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.LatencyHistograms;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * Keeps a server busy until its compilers have nothing left to do. Code that runs before C2 is done
 * is slower and allocates what C2 would have removed.
 *
 * @param leastMessages the messages to exchange in any case
 * @param most the share of the time allowed after which the warm-up stops in any case
 */
record WarmUp(long leastMessages, double most) {
    /** Before the first load: enough to compile the methods on the path of a message. */
    static final WarmUp OF_THE_SERVER = new WarmUp(100_000, 1);

    /** Before each load: for what only this load exercises, such as larger reads. */
    static final WarmUp OF_A_LOAD = new WarmUp(10_000, 0.25);

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MOST_SLICE_MILLIS = 150;

    /** The compilers count as done in a slice in which they worked no longer than this. */
    private static final long DONE_MILLIS = 2;

    /** The number of such slices in a row that end the warm-up. */
    private static final int DONE_SLICES = 2;

    /**
     * Warms a server up. A server without compilers needs one slice, for its connections, unless
     * the generator has a process of its own, whose compilers need more.
     *
     * @param allowedMillis the time allowed for a server's first warm-up
     */
    void run(ServerSpec spec, ServerProcess process, Generator generator,
            int allowedMillis) throws IOException, InterruptedException {
        double mostNanos = allowedMillis * NANOS_PER_MILLI * most;
        long sliceNanos = (long) Math.min(mostNanos, MOST_SLICE_MILLIS * NANOS_PER_MILLI);
        Histogram ignored = LatencyHistograms.create();
        long startNanos = System.nanoTime();
        long messages = 0;
        int done = 0;
        long compiled = compiledMillis(spec, process) + generator.compiledMillis();
        while (done < DONE_SLICES && System.nanoTime() - startNanos < mostNanos) {
            messages += generator.run(sliceNanos, Waiting.BLOCK, ignored).messages();
            if (!spec.answers() && generator.compiledMillis() == 0) {
                return;
            }
            long now = compiledMillis(spec, process) + generator.compiledMillis();
            boolean quiet = now - compiled <= DONE_MILLIS && messages >= leastMessages;
            done = quiet ? done + 1 : 0;
            compiled = now;
        }
    }

    private static long compiledMillis(ServerSpec spec, ServerProcess process)
            throws IOException, InterruptedException {
        return spec.answers() ? process.ask("compiled") : 0;
    }
}
