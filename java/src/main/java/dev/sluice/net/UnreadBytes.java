package dev.sluice.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link CompletionReadSide} that keeps the bytes that came and were not read. The two
 * are one object, since there may be very many. The lock of the object guards all of it: the port's
 * thread and the reading thread both use it.
 */
abstract sealed class UnreadBytes extends ReadSide permits CompletionReadSide {
    private static final int LEAST_PIECE = 64;
    private static final int MOST_PIECE = 16 * 1024;

    /** Its place in the {@link ReceiveBudget}; of that. */
    int place = -1;

    /** The last of what is kept; null while nothing is. */
    private @Nullable Chunk last;

    /** What it takes of the heap. */
    private int heapBytes;

    UnreadBytes(ConnectionState wire) {
        super(wire, false);
    }

    final ReceiveBudget budget() {
        return wire.poller.receiveBudget();
    }

    /** Ends the receive that is with the port; what it brings until then is kept. */
    abstract void stopReceiving();

    final boolean keepsBytes() {
        return last != null;
    }

    final int keptHeapBytes() {
        return heapBytes;
    }

    /** Copies bytes for which no thread waits. */
    final void keep(MemorySegment from, int offset, int count) {
        Chunk present = last;
        int added = present == null ? 0 : Math.min(present.room(), count);
        if (present != null && added > 0) {
            append(present, from, offset, added);
        }
        if (added < count) {
            // As much as is kept already, so that tiny ones are few, and at most half is room.
            int size = Math.max(count - added, Math.clamp(heapBytes, LEAST_PIECE, MOST_PIECE));
            Chunk piece = new Chunk(budget().allocate(size));
            append(piece, from, offset + added, count - added);
            last = piece.after(present);
            heapBytes += piece.heapBytes();
            budget().use(piece.heapBytes());
        }
    }

    private void append(Chunk piece, MemorySegment from, int offset, int count) {
        MemorySegment.copy(
                from, ValueLayout.JAVA_BYTE, offset, piece.bytes, piece.filled, count);
        piece.filled += count;
    }

    /** Copies what is kept, as much as fits, which then is kept no longer. */
    final int takeKept(MemorySegment into) {
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
        noLongerKept(freed);
        return count;
    }

    /** The first of what is kept, which is kept no longer; null if nothing is. */
    final @Nullable Chunk takeFirst() {
        Chunk present = last;
        if (present == null) {
            return null;
        }
        Chunk first = present.first();
        last = present.withoutFirst();
        noLongerKept(first.heapBytes());
        return first;
    }

    /** Nobody will read it. */
    final void dropKept() {
        last = null;
        noLongerKept(heapBytes);
    }

    private void noLongerKept(int freed) {
        heapBytes -= freed;
        budget().giveBack(freed);
    }
}
