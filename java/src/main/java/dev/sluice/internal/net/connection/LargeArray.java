package dev.sluice.internal.net.connection;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The large array that a direction of a connection used last. When it is used again it goes to the
 * kernel without a copy; it needs a segment for that, which is made once and not for each call.
 *
 * <p>A thread cannot be stopped within such a call, so the garbage collector waits for its end. The
 * call never waits itself, and moves a bounded number of bytes.
 */
final class LargeArray {
    /** Below this a copy costs no more than the call saves. */
    static final int MIN_BYTES = 8 * 1024;

    /** Bounds the bytes of one call, and so the time for which it holds up the collector. */
    static final int MAX_BYTES = 64 * 1024;

    /**
     * The identity hash of the latest array. The array itself is not kept: programs that make one for each
     * message would have the last one of every idle connection in the heap.
     */
    private int latest;

    /** The array that was used twice in a row, or null; its user keeps it alive for the next call. */
    private byte @Nullable [] array;

    /** That array as memory. */
    private @Nullable MemorySegment memory;

    /** Returns true if an array is kept, and not this one. */
    @SuppressWarnings("ReferenceEquality") // Of each array the memory is another one.
    boolean keepsAnother(byte @Nullable [] used) {
        return array != null && array != used;
    }

    /** Keeps no array until one is used again. */
    void release() {
        array = null;
        memory = null;
    }

    LargeArray(byte[] first) {
        latest = System.identityHashCode(first);
    }

    /** Returns the array as memory if it is the one that was used last, else null. */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // The memory of another array is another one.
    MemorySegment memoryOf(byte[] used) {
        if (used == array) {
            return memory;
        }
        int hash = System.identityHashCode(used);
        boolean again = hash == latest;
        latest = hash;
        array = again ? used : null;
        memory = again ? MemorySegment.ofArray(used) : null;
        return memory;
    }
}
