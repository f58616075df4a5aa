package dev.sluice.bench.load;

import java.nio.ByteBuffer;

/**
 * The bytes of an endless stream, each computed from the number of its connection and its position,
 * so that a byte that is lost, doubled, moved or sent to another connection shows.
 */
final class BytePattern {
    private BytePattern() {}

    static byte at(int connection, long position) {
        long mixed = (position + 1) * 0x9E3779B97F4A7C15L ^ (connection + 1) * 0xC2B2AE3D27D4EB4FL;
        return (byte) (mixed >>> 29 ^ mixed >>> 53);
    }

    /** Fills the buffer's remaining bytes with those from a position on. */
    static void fill(ByteBuffer buffer, int connection, long position) {
        long next = position;
        while (buffer.hasRemaining()) {
            buffer.put(at(connection, next++));
        }
    }

    /**
     * Returns how many of the remaining bytes match the stream from a position on, and consumes
     * them.
     */
    static int matching(ByteBuffer buffer, int connection, long position) {
        int start = buffer.position();
        for (int i = start; i < buffer.limit(); i++) {
            if (buffer.get(i) != at(connection, position + (i - start))) {
                buffer.position(i);
                return i - start;
            }
        }
        buffer.position(buffer.limit());
        return buffer.position() - start;
    }
}
