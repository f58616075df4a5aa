package dev.sluice.internal.uring;

/**
 * Memory that the kernel reads while it takes an entry and not afterwards: addresses, headers and
 * pieces of messages (IORING_FEAT_SUBMIT_STABLE). It is free again once all entries are taken.
 */
final class Scratch {
    private static final int BYTES = 32 * 1024;

    private final UringDriver driver;
    private final long memory;
    private int used;

    Scratch(UringDriver driver) {
        this.driver = driver;
        this.memory = driver.arena.allocate(BYTES, Long.BYTES).address();
    }

    /** Returns the address of so many bytes, or 0 if the kernel takes no entries now. */
    long take(int bytes) {
        int rounded = (bytes + Long.BYTES - 1) & -Long.BYTES;
        assert rounded <= BYTES : bytes;
        if (driver.pendingEntries() == 0) {
            used = 0;
        }
        if (used + rounded > BYTES) {
            if (driver.submitNow() != 0) {
                return 0;
            }
            used = 0;
        }
        long address = memory + used;
        used += rounded;
        return address;
    }
}
