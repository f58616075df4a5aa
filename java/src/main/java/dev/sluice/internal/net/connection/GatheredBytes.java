package dev.sluice.internal.net.connection;

import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.spi.BufferVector;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The remaining bytes of several buffers, for one system call after the other. Native memory that no
 * other thread can free goes to the kernel where it is. Other bytes are copied into a scratch buffer
 * on their way; those of neighbours there are one piece.
 */
final class GatheredBytes {
    /** IOV_MAX of Linux: the most pieces of one system call. */
    private static final int MAX_PIECES = 1024;

    private final ByteBuffer[] buffers;
    private final BufferVector pieces;

    /** The first buffer that may have remaining bytes. */
    private int first;

    GatheredBytes(ByteBuffer[] buffers) {
        this.buffers = buffers;
        this.pieces = new BufferVector(Math.min(buffers.length, MAX_PIECES));
    }

    /** Returns how many bytes remain in all of them. */
    static long remaining(ByteBuffer[] buffers) {
        long total = 0;
        for (ByteBuffer each : buffers) {
            total += each.remaining();
        }
        return total;
    }

    /** Returns the first buffer that has remaining bytes; null if none has. */
    static @Nullable ByteBuffer firstRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer each : buffers) {
            if (each.hasRemaining()) {
                return each;
            }
        }
        return null;
    }

    /** Copies all remaining bytes to memory that has the room; the positions stay. */
    static void copy(ByteBuffer[] buffers, MemorySegment into) {
        long at = 0;
        for (ByteBuffer each : buffers) {
            MemorySegment bytes = MemorySegment.ofBuffer(each);
            MemorySegment.copy(bytes, 0, into, at, bytes.byteSize());
            at += bytes.byteSize();
        }
    }

    /** Moves the positions to the limits. */
    static void finish(ByteBuffer[] buffers) {
        for (ByteBuffer each : buffers) {
            each.position(each.limit());
        }
    }

    /**
     * Returns the pieces of the next call, which hold one or more of the remaining bytes.
     *
     * @param scratch of {@link Scratch#BYTES}, to be kept until the call has ended
     */
    BufferVector next(MemorySegment scratch) {
        pieces.count = 0;
        long used = 0;
        boolean lastIsCopied = false;
        for (int i = first; i < buffers.length && pieces.count < MAX_PIECES; i++) {
            ByteBuffer buffer = buffers[i];
            int length = buffer.remaining();
            if (length == 0) {
                continue;
            }
            MemorySegment bytes = MemorySegment.ofBuffer(buffer);
            if (Scratch.isHeld(bytes) || Scratch.isHeldByItsBuffer(buffer, bytes)) {
                add(bytes.address(), length);
                lastIsCopied = false;
                continue;
            }
            long part = Math.min(length, Scratch.BYTES - used);
            MemorySegment.copy(bytes, 0, scratch, used, part);
            if (lastIsCopied) {
                pieces.lengths[pieces.count - 1] += part;
            } else if (part > 0) {
                add(scratch.address() + used, part);
            }
            lastIsCopied = true;
            used += part;
            if (part < length) {
                break;
            }
        }
        return pieces;
    }

    private void add(long address, long length) {
        pieces.addresses[pieces.count] = address;
        pieces.lengths[pieces.count] = length;
        pieces.count++;
    }

    /** Advances the positions by the bytes that a call took. */
    void advance(long taken) {
        long left = taken;
        while (first < buffers.length && (left > 0 || !buffers[first].hasRemaining())) {
            ByteBuffer buffer = buffers[first];
            int part = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + part);
            left -= part;
            if (buffer.hasRemaining()) {
                return;
            }
            first++;
        }
    }
}
