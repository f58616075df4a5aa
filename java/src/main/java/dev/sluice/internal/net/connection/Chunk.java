package dev.sluice.internal.net.connection;

import org.jspecify.annotations.Nullable;

/**
 * Received bytes that are not read yet. Chunks form a ring whose last chunk is referenced. The next
 * bytes go into that one while it has room, so a peer that sends single bytes does not cost an object
 * for each.
 */
public final class Chunk {
    /** The heap that a chunk takes beside its bytes: the object and the header of its array. */
    public static final int OVERHEAD_BYTES = 48;

    final byte[] bytes;

    /** The number of bytes received into it. */
    int filled;

    /** The number of bytes read from it. */
    int taken;

    /** The next one in order of arrival; of the last one the first. */
    private Chunk next = this;

    /** Creates an empty chunk. */
    Chunk(byte[] room) {
        this.bytes = room;
    }

    /** Adds this to a ring, of which it is the last from now on. */
    Chunk after(@Nullable Chunk last) {
        if (last != null) {
            next = last.next;
            last.next = this;
        }
        return this;
    }

    /** Returns the first of the ring whose last this is. */
    Chunk first() {
        return next;
    }

    /** Removes the first of the ring; returns the last, or null if that was the only one. */
    @Nullable
    Chunk withoutFirst() {
        if (next == this) {
            return null;
        }
        next = next.next;
        return this;
    }

    /** Returns the number of unread bytes. */
    int left() {
        return filled - taken;
    }

    int room() {
        return bytes.length - filled;
    }

    int heapBytes() {
        return bytes.length + OVERHEAD_BYTES;
    }
}
