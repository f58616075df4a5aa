package dev.sluice.internal.uring;

import dev.sluice.internal.linux.DatagramMessage;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * A {@link DatagramMessage} for each slot of the port, which the kernel reads and writes while the
 * request of the slot is in it. Chunks are allocated when a slot first needs one, and freed with the
 * ring.
 */
final class ControlBlocks {
    private static final int BLOCKS_PER_CHUNK = 64;
    private static final int SIZE = DatagramMessage.SIZE;

    private final Arena arena;
    private long[] chunks = new long[4];

    ControlBlocks(Arena arena) {
        this.arena = arena;
    }

    /** Returns the block of a slot. */
    long of(int slot) {
        int chunk = slot / BLOCKS_PER_CHUNK;
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, chunks.length * 2));
        }
        if (chunks[chunk] == 0) {
            chunks[chunk] = arena.allocate((long) SIZE * BLOCKS_PER_CHUNK, Long.BYTES).address();
        }
        return chunks[chunk] + (long) SIZE * (slot % BLOCKS_PER_CHUNK);
    }
}
