package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongQueueTest {
    private final LongQueue queue = new LongQueue();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void keepsTheOrderThroughWrapAndGrowth(long seed) {
        Random random = new Random(seed);
        Queue<Long> model = new ArrayDeque<>();
        for (int round = 0; round < 400; round++) {
            for (int i = random.nextInt(50); i > 0; i--) {
                long word = random.nextLong();
                queue.add(word);
                model.add(word);
            }
            for (int i = Math.min(model.size(), random.nextInt(48)); i > 0; i--) {
                assertThat(queue.first()).isEqualTo(model.peek());
                assertThat(queue.remove()).isEqualTo(model.remove());
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    /** Full at each possible place of its head: growing must unroll it. */
    @Test
    void growsFromAnyPlaceOfItsHead() {
        for (int shift = 0; shift < 16; shift++) {
            LongQueue shifted = new LongQueue();
            for (int i = 0; i < shift; i++) {
                shifted.add(-1);
                shifted.remove();
            }
            for (int i = 0; i < 17; i++) {
                shifted.add(i);
            }
            for (int i = 0; i < 17; i++) {
                assertThat(shifted.remove()).as("shift %d", shift).isEqualTo(i);
            }
            assertThat(shifted.isEmpty()).isTrue();
        }
    }

    @Test
    void wordsOfAllBitsAreWords() {
        long[] words = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long word : words) {
            queue.add(word);
        }
        for (long word : words) {
            assertThat(queue.remove()).isEqualTo(word);
        }
    }
}
