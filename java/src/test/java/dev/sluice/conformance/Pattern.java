package dev.sluice.conformance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.sluice.CompletionPort;
import java.lang.foreign.MemorySegment;

/**
 * Bytes that tell their place in the stream, so that a lost, doubled or swapped piece is seen where
 * it happened. The period is a prime, far from any buffer's size.
 */
final class Pattern {
    private static final int PERIOD = 65_521;

    private static final byte[] BYTES = make();

    private Pattern() {}

    private static byte[] make() {
        byte[] bytes = new byte[PERIOD];
        int mixed = 1;
        for (int i = 0; i < PERIOD; i++) {
            mixed = mixed * 1_103_515_245 + 12_345;
            bytes[i] = (byte) (mixed >>> 16);
        }
        return bytes;
    }

    /** The byte at a place of the stream. */
    static byte at(long position) {
        return BYTES[(int) (position % PERIOD)];
    }

    static void fill(byte[] bytes, int count, long position) {
        fill(MemorySegment.ofArray(bytes).asSlice(0, count), position);
    }

    static void fill(MemorySegment segment, long position) {
        long done = 0;
        while (done < segment.byteSize()) {
            int from = (int) ((position + done) % PERIOD);
            int count = (int) Math.min(PERIOD - from, segment.byteSize() - done);
            MemorySegment.copy(BYTES, from, segment, JAVA_BYTE, done, count);
            done += count;
        }
    }

    /** Memory from which {@link #piece} cuts any place of the stream, up to so many bytes. */
    static MemorySegment reel(CompletionPort port, int mostBytes) {
        return allocate(port, (long) PERIOD + mostBytes);
    }

    /** These bytes of the stream, without copying. */
    static MemorySegment piece(MemorySegment reel, long position, long bytes) {
        return reel.asSlice(position % PERIOD, bytes);
    }

    /** Memory of the port with the first bytes of the pattern. */
    static MemorySegment allocate(CompletionPort port, long bytes) {
        MemorySegment segment = port.allocate(bytes).segment();
        fill(segment, 0);
        return segment;
    }

    static void check(byte[] bytes, int count, long position) {
        check(MemorySegment.ofArray(bytes).asSlice(0, count), position);
    }

    /** Fails, naming the place, unless these are the bytes of the stream at that position. */
    static void check(MemorySegment received, long position) {
        long done = 0;
        while (done < received.byteSize()) {
            int from = (int) ((position + done) % PERIOD);
            int count = (int) Math.min(PERIOD - from, received.byteSize() - done);
            MemorySegment wanted = MemorySegment.ofArray(BYTES).asSlice(from, count);
            long mismatch = received.asSlice(done, count).mismatch(wanted);
            if (mismatch >= 0) {
                throw new AssertionError(
                        "wrong byte at " + (position + done + mismatch) + " of the stream");
            }
            done += count;
        }
    }
}
