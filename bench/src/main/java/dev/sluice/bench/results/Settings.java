package dev.sluice.bench.results;

/**
 * How the results were taken.
 *
 * @param cycles how many turns every server had
 * @param sliceMillis how long a turn is
 * @param warmUpMillis how long a server may take to warm up
 * @param pinning the processors that were used; auto if each load chose its own
 * @param seed decides the order in every cycle
 * @param jvmFlags the flags of every server on a JVM
 */
public record Settings(int cycles, int sliceMillis, int warmUpMillis, String pinning, long seed,
        String jvmFlags) {}
