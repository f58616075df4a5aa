package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Bytes in native memory amid others. A parser that reads by address must find the same, whatever is before and
 * behind its bytes.
 */
public final class Surroundings {
    private static final int BYTES = 4096;
    private static final long ALIGNMENT = 8;

    private Surroundings() {}

    /**
     * Parses bytes amid zeros, amid ones, and amid copies of a piece that the parser would understand.
     *
     * @param plausible its length is a multiple of 8
     * @param parser is given the address of the bytes, aligned to 8; its results are compared
     */
    public static <T> T sameInAll(byte[] bytes, byte[] plausible, LongFunction<T> parser) {
        T amidZeros = parse(bytes, new byte[1], parser);
        assertThat(parse(bytes, new byte[]{-1}, parser)).as("amid ones").isEqualTo(amidZeros);
        assertThat(parse(bytes, plausible, parser)).as("amid others").isEqualTo(amidZeros);
        return amidZeros;
    }

    private static <T> T parse(byte[] bytes, byte[] around, LongFunction<T> parser) {
        try (Arena arena = Arena.ofConfined()) {
            long after = BYTES + (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            MemorySegment all = arena.allocate(after + BYTES, ALIGNMENT);
            MemorySegment piece = MemorySegment.ofArray(around);
            for (long at = (long) BYTES - around.length; at >= 0; at -= around.length) {
                all.asSlice(at, around.length).copyFrom(piece);
            }
            all.asSlice(BYTES + bytes.length, after - BYTES - bytes.length).fill(around[0]);
            for (long at = after; at + around.length <= all.byteSize(); at += around.length) {
                all.asSlice(at, around.length).copyFrom(piece);
            }
            all.asSlice(BYTES, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
            return parser.apply(all.address() + BYTES);
        }
    }
}
