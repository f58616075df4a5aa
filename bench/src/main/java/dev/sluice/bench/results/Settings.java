package dev.sluice.bench.results;

/**
 * How the results were taken.
 *
 * @param cycles how often every server had its turn
 * @param sliceMillis how long a turn is
 * @param warmUpMillis how long a server may take to warm up
 * @param pinning which processors were used; auto where each load has its own
 * @param seed decides the order in every cycle
 * @param jvmFlags what every server on a JVM was started with
 */
public record Settings(int cycles, int sliceMillis, int warmUpMillis, String pinning, long seed,
        String jvmFlags) {}
