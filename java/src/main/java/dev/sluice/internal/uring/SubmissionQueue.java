package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoSqringOffsets;
import dev.sluice.internal.ffi.linux.IoUringSqe;
import dev.sluice.internal.ffi.linux.UringConstants;

/**
 * The ring of entries for the kernel. We write entries and move the tail; the kernel moves the head
 * over those that it took, only inside io_uring_enter(2), since no kernel thread polls here.
 *
 * <pre>
 *      head (kernel)          published tail        filled (ours alone)
 *        |                        |                    |
 *   .....[ taken at next enter ...][ not yet visible ...]........
 * </pre>
 */
public final class SubmissionQueue {
    /** The result of {@link #next} if no entry is free. */
    public static final long FULL = 0;

    private static final int SQE_SHIFT = 6;

    private final long head;
    private final long tail;
    private final long flags;
    private final int mask;
    private final int capacity;
    private final long sqes;

    /** Counts of entries, which wrap around as the kernel's do; only differences mean something. */
    private int filled;

    private int headSeen;

    /**
     * Uses memory that the kernel, or a test, laid out.
     *
     * @param ring where the offsets count from
     * @param offsets address of a {@link IoSqringOffsets} structure
     * @param sqes address of the entries
     */
    public SubmissionQueue(long ring, long offsets, long sqes) {
        this.head = ring + Memory.getInt(offsets + IoSqringOffsets.HEAD);
        this.tail = ring + Memory.getInt(offsets + IoSqringOffsets.TAIL);
        this.flags = ring + Memory.getInt(offsets + IoSqringOffsets.FLAGS);
        this.mask = Memory.getInt(ring + Memory.getInt(offsets + IoSqringOffsets.RING_MASK));
        this.capacity = Memory.getInt(ring + Memory.getInt(offsets + IoSqringOffsets.RING_ENTRIES));
        this.sqes = sqes;
        this.filled = Memory.getInt(tail);
        this.headSeen = Memory.getIntAcquire(head);
        assert IoUringSqe.SIZE == 1 << SQE_SHIFT : IoUringSqe.SIZE;
        assert capacity == mask + 1 : "a ring of " + capacity + " entries with mask " + mask;
        // The kernel reads entry numbers through this array. They never change: position i is entry i.
        long array = ring + Memory.getInt(offsets + IoSqringOffsets.ARRAY);
        for (int i = 0; i < capacity; i++) {
            Memory.setInt(array + (long) i * Integer.BYTES, i);
        }
    }

    int capacity() {
        return capacity;
    }

    /** Returns the address of a zeroed entry, or {@link #FULL}. */
    public long next() {
        if (filled - headSeen == capacity) {
            // Acquire: the kernel must have read an entry before we write it again.
            headSeen = Memory.getIntAcquire(head);
            if (filled - headSeen == capacity) {
                return FULL;
            }
        }
        long sqe = sqes + ((long) (filled & mask) << SQE_SHIFT);
        filled++;
        for (int at = 0; at < IoUringSqe.SIZE; at += Long.BYTES) {
            Memory.setLong(sqe + at, 0);
        }
        return sqe;
    }

    /**
     * Shows the filled entries to the kernel.
     *
     * @return how many entries the kernel has not taken yet
     */
    public int publish() {
        // Release: the entries must be written before the kernel can see that they are there.
        Memory.setIntRelease(tail, filled);
        return pending();
    }

    /** Returns how many filled entries the kernel has not taken. */
    public int pending() {
        headSeen = Memory.getIntAcquire(head);
        return filled - headSeen;
    }

    /**
     * Returns true if the completion ring does not show everything: the kernel keeps completions that
     * found no entry, or has work to finish when we next enter it.
     */
    boolean kernelHasWork() {
        // Opaque: a hint that the kernel may be writing; missing it costs one round, nothing more.
        int now = Memory.getIntOpaque(flags);
        return (now
                & (UringConstants.IORING_SQ_CQ_OVERFLOW | UringConstants.IORING_SQ_TASKRUN)) != 0;
    }

    /** Returns true while completions that found no entry wait in the kernel. */
    boolean overflown() {
        return (Memory.getIntOpaque(flags) & UringConstants.IORING_SQ_CQ_OVERFLOW) != 0;
    }
}
