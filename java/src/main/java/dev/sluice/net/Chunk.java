package dev.sluice.net;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that came and were not read. Pieces form a ring, of which the last one is held. The next
 * bytes go into that one as long as it has room, so that a peer that sends byte by byte does not
 * cost an object for each.
 */
final class Chunk {
    /** Of the piece and the header of its array: what it takes of the heap beside its bytes. */
    static final int OVERHEAD_BYTES = 48;

    final byte[] bytes;

    /** How many of them have come. */
    int filled;

    /** How many of them were read before. */
    int taken;

    /** The one that came after this; of the last one the first. */
    private Chunk next = this;

    /** Without bytes so far; there may be more room than is ever filled. */
    Chunk(byte[] room) {
        this.bytes = room;
    }

    /** The last of a ring to which this was added. */
    Chunk after(@Nullable Chunk last) {
        if (last != null) {
            next = last.next;
            last.next = this;
        }
        return this;
    }

    /** The first of the ring whose last this is. */
    Chunk first() {
        return next;
    }

    /** The last of the ring, whose last this is, without its first; null if that was all. */
    @Nullable
    Chunk withoutFirst() {
        if (next == this) {
            return null;
        }
        next = next.next;
        return this;
    }

    int left() {
        return filled - taken;
    }

    int room() {
        return bytes.length - filled;
    }

    /** What it takes of the heap. */
    int heapBytes() {
        return bytes.length + OVERHEAD_BYTES;
    }
}
