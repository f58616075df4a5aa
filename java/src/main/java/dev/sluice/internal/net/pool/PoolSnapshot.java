package dev.sluice.internal.net.pool;

/** What is in a pool, and what has happened there so far. */
public record PoolSnapshot(int used, int idle, int dialling, int waiting, long dialled,
        long failedDials, long reused, long expired, long unfit, long discarded, long timedOut) {}
