package dev.sluice.bench.load;

import java.io.IOException;
import java.util.List;

/** A load that is more than messages of one size in a closed loop: connections to one server. */
public interface Exchange extends AutoCloseable {
    /**
     * What a run did.
     *
     * @param units the number of units, such as connections or messages
     * @param elapsedNanos from the first unit to the last
     * @param figures what else was measured
     */
    record Outcome(long units, long elapsedNanos, List<Double> figures) {
        private static final double NANOS_PER_SECOND = 1e9;

        /** The rate over the whole run. */
        public double unitsPerSecond() {
            return units * NANOS_PER_SECOND / elapsedNanos;
        }
    }

    /** Keeps the server busy for the time given, then waits for what is in flight. */
    Outcome run(long durationNanos) throws IOException;

    /**
     * Does the same before anything is measured, for about that time even if a measured run takes
     * longer.
     */
    default Outcome warmUp(long durationNanos) throws IOException {
        return run(durationNanos);
    }

    @Override
    void close() throws IOException;
}
