package dev.sluice.internal.net.connection;

import dev.sluice.internal.net.ports.ReceiveBudget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The bytes of a connection that were received and not read. The lock of its owner guards it. */
final class UnreadBytes {
    private static final int MIN_CHUNK = 64;
    private static final int MAX_CHUNK = 16 * 1024;

    private final ReceiveBudget budget;

    /** The last chunk; null while there are no bytes. */
    private @Nullable Chunk last;

    private int heapBytes;

    UnreadBytes(ReceiveBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** Returns the heap that the bytes take. */
    int heapBytes() {
        return heapBytes;
    }

    /** Adds a copy of the bytes. */
    void add(MemorySegment from, int offset, int count) {
        Chunk present = last;
        int added = present == null ? 0 : Math.min(present.room(), count);
        if (present != null && added > 0) {
            append(present, from, offset, added);
        }
        if (added < count) {
            // As large as all before together: few tiny chunks, and at most half of it is room.
            int size = Math.max(count - added, Math.clamp(heapBytes, MIN_CHUNK, MAX_CHUNK));
            Chunk chunk = new Chunk(budget.allocate(size));
            append(chunk, from, offset + added, count - added);
            last = chunk.after(present);
            heapBytes += chunk.heapBytes();
            budget.use(chunk.heapBytes());
        }
    }

    private static void append(Chunk chunk, MemorySegment from, int offset, int count) {
        MemorySegment.copy(
                from, ValueLayout.JAVA_BYTE, offset, chunk.bytes, chunk.filled, count);
        chunk.filled += count;
    }

    /** Moves as many bytes as fit to the segment; returns their number. */
    int take(MemorySegment into) {
        Chunk left = last;
        int count = 0;
        int freed = 0;
        while (left != null && count < into.byteSize()) {
            Chunk first = left.first();
            int part = (int) Math.min(first.left(), into.byteSize() - count);
            MemorySegment.copy(
                    first.bytes, first.taken, into, ValueLayout.JAVA_BYTE, count, part);
            count += part;
            first.taken += part;
            if (first.left() == 0) {
                left = left.withoutFirst();
                freed += first.heapBytes();
            }
        }
        last = left;
        release(freed);
        return count;
    }

    /** Removes and returns the first chunk; null if there is none. */
    @Nullable
    Chunk takeFirst() {
        Chunk present = last;
        if (present == null) {
            return null;
        }
        Chunk first = present.first();
        last = present.withoutFirst();
        release(first.heapBytes());
        return first;
    }

    /** Drops all bytes. */
    void clear() {
        last = null;
        release(heapBytes);
    }

    private void release(int freed) {
        heapBytes -= freed;
        budget.release(freed);
    }
}
