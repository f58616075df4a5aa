package dev.sluice.net;

import org.jspecify.annotations.Nullable;

/** Bytes that came while nobody read. They form a ring, of which the last one is held. */
final class Piece {
    final byte[] bytes;

    /** How many of them were read before. */
    int taken;

    /** The one that came after this; of the last one the first. */
    private Piece next = this;

    Piece(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The last of a ring to which this was added. */
    Piece after(@Nullable Piece last) {
        if (last != null) {
            next = last.next;
            last.next = this;
        }
        return this;
    }

    /** The first of the ring whose last this is. */
    Piece first() {
        return next;
    }

    /** The last of the ring, whose last this is, without its first; null if that was all. */
    @Nullable
    Piece withoutFirst() {
        if (next == this) {
            return null;
        }
        next = next.next;
        return this;
    }

    int left() {
        return bytes.length - taken;
    }
}
