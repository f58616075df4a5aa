package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoCqringOffsets;
import dev.sluice.internal.ffi.linux.IoUringCqe;

/**
 * The ring of results. The kernel writes entries and moves the tail; we read them and move the head.
 * The kernel overwrites an entry only after {@link #release}.
 */
public final class CompletionQueue {
    private static final int CQE_SHIFT = 4;

    private final long head;
    private final long tail;
    private final long overflow;
    private final int mask;
    private final long cqes;

    /** Counts of entries, which wrap around as the kernel's do; only differences mean something. */
    private int read;

    private int tailSeen;
    private long current;

    /**
     * Uses memory that the kernel, or a test, laid out.
     *
     * @param ring where the offsets count from
     * @param offsets address of a {@link IoCqringOffsets} structure
     */
    public CompletionQueue(long ring, long offsets) {
        this.head = ring + Memory.getInt(offsets + IoCqringOffsets.HEAD);
        this.tail = ring + Memory.getInt(offsets + IoCqringOffsets.TAIL);
        this.overflow = ring + Memory.getInt(offsets + IoCqringOffsets.OVERFLOW);
        this.mask = Memory.getInt(ring + Memory.getInt(offsets + IoCqringOffsets.RING_MASK));
        this.cqes = ring + Memory.getInt(offsets + IoCqringOffsets.CQES);
        this.read = Memory.getInt(head);
        this.tailSeen = read;
        assert IoUringCqe.SIZE == 1 << CQE_SHIFT : IoUringCqe.SIZE;
    }

    /** Returns how many entries are there and were not read. */
    int ready() {
        // Acquire: the entries must be read after the tail that announced them.
        tailSeen = Memory.getIntAcquire(tail);
        return tailSeen - read;
    }

    /** Moves to the next entry, which the getters then read; returns false if there is none. */
    public boolean next() {
        if (read == tailSeen && ready() == 0) {
            return false;
        }
        current = cqes + ((long) (read & mask) << CQE_SHIFT);
        read++;
        return true;
    }

    public long userData() {
        return Memory.getLong(current + IoUringCqe.USER_DATA);
    }

    public int result() {
        return Memory.getInt(current + IoUringCqe.RES);
    }

    public int flags() {
        return Memory.getInt(current + IoUringCqe.FLAGS);
    }

    /** Lets the kernel overwrite all entries that were read. */
    public void release() {
        // Release: our reads of the entries must be done before the kernel writes them again.
        Memory.setIntRelease(head, read);
    }

    /** Returns how many completions found no entry and were lost; 0 on kernels that keep them. */
    int lost() {
        return Memory.getIntOpaque(overflow);
    }
}
