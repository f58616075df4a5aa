package dev.sluice.bench.peers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The datagrams of {@link Task#UDP_BULK}. A request is two ints in network order: how many, and a number
 * of the request. Each answer begins with its place among them and that number; its other bytes have any
 * value.
 */
final class BulkDatagrams {
    /** The size of each answer. */
    static final int BYTES = 1200;

    /** The most answers to one request: one call can send them as segments. */
    static final int MOST = 48;

    /** The size of a request, and of what each answer begins with. */
    static final int HEADER_BYTES = 2 * Integer.BYTES;

    private static final ValueLayout.OfInt NUMBER =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private BulkDatagrams() {}

    /** Returns how many answers a request of that length asks for; 0 if it is none. */
    static int count(MemorySegment request, int length) {
        int count = length == HEADER_BYTES ? request.get(NUMBER, 0) : 0;
        return count >= 1 && count <= MOST ? count : 0;
    }

    /** Returns the number of a request. */
    static int number(MemorySegment request) {
        return request.get(NUMBER, Integer.BYTES);
    }

    /** Writes the beginnings of so many answers, one behind the other. */
    static void write(MemorySegment answers, int count, int number) {
        for (int i = 0; i < count; i++) {
            answers.set(NUMBER, (long) i * BYTES, i);
            answers.set(NUMBER, (long) i * BYTES + Integer.BYTES, number);
        }
    }
}
