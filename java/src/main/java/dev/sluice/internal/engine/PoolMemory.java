package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import java.lang.foreign.Arena;

/** The one big piece of memory of a port, which a system may not have. */
final class PoolMemory {
    private PoolMemory() {}

    static BufferPool allocate(Backend backend, PortSettings settings, Arena arena)
            throws NativeFailure {
        int count = settings.poolBuffers();
        int each = settings.poolBufferBytes();
        try {
            return new BufferPool(
                    backend.allocatePages((long) count * each, arena), count, each);
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
