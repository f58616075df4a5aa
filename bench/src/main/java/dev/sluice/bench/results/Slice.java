package dev.sluice.bench.results;

/**
 * One server's turn in a cycle.
 *
 * @param server its name
 * @param cycle the number of the cycle, from 0
 * @param messages the messages that came back
 * @param elapsedNanos from the first send to the last echo
 * @param cpuNanos the CPU time of the server's whole process
 * @param generatorNanos the CPU time of the generator's thread; -1 if it polls, and so is always
 *     busy
 * @param othersNanos the CPU time of everything that takes no part
 * @param disturbed true if others used so much that the slice does not count
 */
public record Slice(String server, int cycle, long messages, long elapsedNanos, long cpuNanos,
        long generatorNanos, long othersNanos, boolean disturbed) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Returns the throughput. */
    public double messagesPerSecond() {
        return messages * NANOS_PER_SECOND / elapsedNanos;
    }

    /** Returns the server's CPU time. */
    public double cpuNanosPerMessage() {
        return (double) cpuNanos / messages;
    }
}
