package dev.sluice.bench.load;

import java.io.IOException;
import java.util.BitSet;
import org.HdrHistogram.Histogram;

/** The connections of a load to one server, and what keeps them busy: here or in a process of its own. */
public interface Generator extends AutoCloseable {
    /** How the generator's thread waits for echoes. */
    enum Waiting {
        /** In the kernel. */
        BLOCK,
        /** By polling: where the thread has a processor to itself, no wake-up of its own counts. */
        SPIN;

        /**
         * What is used where nothing was asked for. With one connection a generator that sleeps adds
         * its own wake-up to every message of every server, and hides how these differ.
         */
        public static Waiting defaultFor(int connections) {
            return connections == 1 ? SPIN : BLOCK;
        }
    }

    /**
     * What a run did.
     *
     * @param messages the messages that came back
     * @param elapsedNanos from the first send to the last echo
     * @param cpuNanos the CPU time of the generator's thread
     */
    record Run(long messages, long elapsedNanos, long cpuNanos) {}

    /**
     * Keeps all connections busy for the time given, then waits for what is still in flight.
     *
     * @param into where the time from send to echo of every message is added, in nanoseconds
     * @throws IOException where a connection breaks or nothing comes back for seconds
     */
    Run run(long durationNanos, Waiting waiting, Histogram into) throws IOException;

    /** Binds what sends and receives to those processors. */
    void bind(BitSet processors) throws IOException;

    /** The process that it runs in. */
    long pid();

    /**
     * How long the compilers have worked for it in a process of its own until its last run, in
     * milliseconds; 0 where it shares this one, whose compilers are done after the first loads.
     */
    long compiledMillis();

    @Override
    void close() throws IOException;
}
