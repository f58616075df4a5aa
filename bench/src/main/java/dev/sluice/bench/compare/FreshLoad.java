package dev.sluice.bench.compare;

/** Loads for which each server is started anew, in processes of their own. */
enum FreshLoad {
    /** What the first messages cost; {@link FirstMessages} measures it. */
    FIRST,

    /** The memory of idle connections; {@link IdleMemory} measures it. */
    IDLE
}
