package dev.sluice.internal.engine;

import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import java.lang.foreign.Arena;

/** Allocates the memory of a pool, the largest piece that a port needs. */
final class PoolMemory {
    private PoolMemory() {}

    static BufferPool allocate(BackendFactory factory, PortSettings settings, Arena arena)
            throws NativeFailure {
        int count = settings.poolBuffers();
        int each = settings.poolBufferBytes();
        try {
            return new BufferPool(
                    factory.allocatePages((long) count * each, arena), count, each);
        } catch (OutOfMemoryError none) {
            throw new NativeFailure(
                    "pool of " + count + " buffers of " + each
                            + " bytes (PortOptions.poolBuffers, poolBufferBytes)",
                    Outcome.OUT_OF_MEMORY,
                    0,
                    String.valueOf(none.getMessage()));
        }
    }
}
