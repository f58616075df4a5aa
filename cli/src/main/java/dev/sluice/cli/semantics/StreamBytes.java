package dev.sluice.cli.semantics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bytes that Sluice sends, each by its position, so that a lost or doubled one shows. */
final class StreamBytes {
    private static final int PERIOD = 251; // A prime: no power of two hides a shift.

    private StreamBytes() {}

    static byte at(long position) {
        return (byte) (position % PERIOD);
    }

    static void fill(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, at(i));
        }
    }

    static boolean matches(byte[] bytes, int count, long position) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] != at(position + i)) {
                return false;
            }
        }
        return true;
    }
}
