package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoCqringOffsets;
import dev.sluice.internal.ffi.linux.IoSqringOffsets;
import dev.sluice.internal.ffi.linux.IoUringCqe;
import dev.sluice.internal.ffi.linux.IoUringSqe;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of both rings as the kernel lays it out, and the kernel's hand in it: it takes entries
 * and answers, at the moments that a test chooses. No kernel is asked.
 */
final class RingMemory {
    // The same places for both rings, each in a block of its own; the gaps are left as garbage.
    private static final int HEAD = 64;
    private static final int TAIL = 128;
    private static final int MASK = 192;
    private static final int ENTRIES = 196;
    private static final int FLAGS = 200;
    private static final int COUNTER = 204;
    private static final int BODY = 256;

    final SubmissionQueue submissions;
    final CompletionQueue completions;

    private final long submission;
    private final long completion;
    private final long sqes;
    private final int entries;
    private final int results;

    /**
     * Lays the rings out.
     *
     * @param start where both heads and tails stand at first; the kernel counts on from anywhere
     */
    RingMemory(Arena arena, int entries, int results, int start) {
        this.entries = entries;
        this.results = results;
        submission = block(arena, BODY + (long) entries * Integer.BYTES);
        completion = block(arena, BODY + (long) results * IoUringCqe.SIZE);
        sqes = block(arena, (long) entries * IoUringSqe.SIZE);
        lay(submission, entries, start);
        lay(completion, results, start);
        submissions = new SubmissionQueue(submission, submissionOffsets(arena), sqes);
        completions = new CompletionQueue(completion, completionOffsets(arena));
    }

    private static long block(Arena arena, long bytes) {
        long address = arena.allocate(bytes, IoUringSqe.SIZE).address();
        Memory.fill(address, bytes, (byte) 0xA5);
        return address;
    }

    private static void lay(long ring, int capacity, int start) {
        Memory.setInt(ring + HEAD, start);
        Memory.setInt(ring + TAIL, start);
        Memory.setInt(ring + MASK, capacity - 1);
        Memory.setInt(ring + ENTRIES, capacity);
        Memory.setInt(ring + FLAGS, 0);
        Memory.setInt(ring + COUNTER, 0);
    }

    private static long submissionOffsets(Arena arena) {
        long offsets = block(arena, IoSqringOffsets.SIZE);
        Memory.setInt(offsets + IoSqringOffsets.HEAD, HEAD);
        Memory.setInt(offsets + IoSqringOffsets.TAIL, TAIL);
        Memory.setInt(offsets + IoSqringOffsets.RING_MASK, MASK);
        Memory.setInt(offsets + IoSqringOffsets.RING_ENTRIES, ENTRIES);
        Memory.setInt(offsets + IoSqringOffsets.FLAGS, FLAGS);
        Memory.setInt(offsets + IoSqringOffsets.DROPPED, COUNTER);
        Memory.setInt(offsets + IoSqringOffsets.ARRAY, BODY);
        return offsets;
    }

    private static long completionOffsets(Arena arena) {
        long offsets = block(arena, IoCqringOffsets.SIZE);
        Memory.setInt(offsets + IoCqringOffsets.HEAD, HEAD);
        Memory.setInt(offsets + IoCqringOffsets.TAIL, TAIL);
        Memory.setInt(offsets + IoCqringOffsets.RING_MASK, MASK);
        Memory.setInt(offsets + IoCqringOffsets.RING_ENTRIES, ENTRIES);
        Memory.setInt(offsets + IoCqringOffsets.OVERFLOW, COUNTER);
        Memory.setInt(offsets + IoCqringOffsets.CQES, BODY);
        Memory.setInt(offsets + IoCqringOffsets.FLAGS, FLAGS);
        return offsets;
    }

    // ---- the kernel's side -------------------------------------------------------------------

    /** Entries that the kernel can see and has not taken. */
    int visible() {
        return Memory.getIntAcquire(submission + TAIL) - Memory.getInt(submission + HEAD);
    }

    /** Takes up to so many entries, as io_uring_enter does; the user data of each. */
    List<Long> take(int atMost) {
        List<Long> taken = new ArrayList<>();
        for (int left = Math.min(atMost, visible()); left > 0; left--) {
            int head = Memory.getInt(submission + HEAD);
            int place = head & (entries - 1);
            int entry = Memory.getInt(submission + BODY + (long) place * Integer.BYTES);
            taken.add(Memory.getLong(
                    sqes + (long) entry * IoUringSqe.SIZE + IoUringSqe.USER_DATA));
            Memory.setIntRelease(submission + HEAD, head + 1);
        }
        return taken;
    }

    /** Posts a result; false when there is no place, where the kernel keeps it or loses it. */
    boolean answer(long userData, int result, int flags) {
        int tail = Memory.getInt(completion + TAIL);
        if (tail - Memory.getIntAcquire(completion + HEAD) == results) {
            return false;
        }
        long cqe = completion + BODY + (long) (tail & (results - 1)) * IoUringCqe.SIZE;
        Memory.setLong(cqe + IoUringCqe.USER_DATA, userData);
        Memory.setInt(cqe + IoUringCqe.RES, result);
        Memory.setInt(cqe + IoUringCqe.FLAGS, flags);
        Memory.setIntRelease(completion + TAIL, tail + 1);
        return true;
    }

    /** Sets the flags of the submission ring: IORING_SQ_. */
    void raise(int flags) {
        Memory.setInt(submission + FLAGS, flags);
    }

    /** Counts results that were lost. */
    void lose(int count) {
        Memory.setInt(completion + COUNTER, count);
    }
}
