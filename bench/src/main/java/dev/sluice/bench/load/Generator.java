package dev.sluice.bench.load;

import java.io.IOException;
import java.util.BitSet;
import org.HdrHistogram.Histogram;

/**
 * The connections of a load to one server, driven by a thread of this process or by a process of
 * its own.
 */
public interface Generator extends AutoCloseable {
    /** How the generator's thread waits for echoes. */
    enum Waiting {
        /** In the kernel. */
        BLOCK,
        /** By polling, for a thread with a processor of its own: its wake-ups then cost nothing. */
        SPIN;

        /**
         * Returns the default. With one connection a generator that sleeps adds its own wake-up to
         * every message of every server, and hides how the servers differ.
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
     * @param into receives the time from send to echo of every message, in nanoseconds
     * @throws IOException if a connection breaks or nothing comes back for seconds
     */
    Run run(long durationNanos, Waiting waiting, Histogram into) throws IOException;

    /** Binds the sending and receiving thread to those processors. */
    void bind(BitSet processors) throws IOException;

    /** The process that the generator runs in. */
    long pid();

    /**
     * How long the compilers of a generator's own process have worked until its last run, in
     * milliseconds; 0 if it shares this process, whose compilers are done after the first loads.
     */
    long compiledMillis();

    @Override
    void close() throws IOException;
}
