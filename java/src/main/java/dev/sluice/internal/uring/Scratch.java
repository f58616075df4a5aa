package dev.sluice.internal.uring;

import java.lang.foreign.Arena;

/**
 * Memory for what the kernel reads while it takes an entry and not afterwards: addresses, headers
 * and pieces of messages (IORING_FEAT_SUBMIT_STABLE). It is used again once all entries are taken.
 */
final class Scratch {
    private static final int BYTES = 32 * 1024;

    private final Ring ring;
    private final long memory;
    private int used;

    Scratch(Ring ring, Arena arena) {
        this.ring = ring;
        this.memory = arena.allocate(BYTES, Long.BYTES).address();
    }

    /** The address of {@code bytes} bytes, or 0 when the kernel takes no entries now. */
    long take(int bytes) {
        int rounded = (bytes + Long.BYTES - 1) & -Long.BYTES;
        assert rounded <= BYTES : bytes;
        if (ring.submissions.pending() == 0) {
            used = 0;
        }
        if (used + rounded > BYTES) {
            ring.submit();
            if (ring.submissions.pending() != 0) {
                return 0;
            }
            used = 0;
        }
        long address = memory + used;
        used += rounded;
        return address;
    }
}
