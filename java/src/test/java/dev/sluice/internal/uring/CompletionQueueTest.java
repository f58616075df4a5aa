package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The completion ring on plain memory; a test plays the kernel. */
@Tag("aarch64")
class CompletionQueueTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void release() {
        arena.close();
    }

    private RingMemory ring(int results, int start) {
        return new RingMemory(arena, 1, results, start);
    }

    private record Answer(long userData, int result, int flags) {
        static Answer of(CompletionQueue queue) {
            return new Answer(queue.userData(), queue.result(), queue.flags());
        }
    }

    /** The kernel answers as long as there is a place; what finds none it keeps for later. */
    @ParameterizedTest
    @ValueSource(ints = {0, -7, -1, Integer.MAX_VALUE - 2, Integer.MIN_VALUE})
    void everyAnswerIsReadOnceAndInOrderThroughManyWraps(int start) {
        RingMemory ring = ring(8, start);
        Random random = new Random(start);
        Queue<Answer> inKernel = new ArrayDeque<>();
        Queue<Answer> expected = new ArrayDeque<>();
        int read = 0;
        for (int round = 0; round < 2000; round++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                Answer answer = new Answer(random.nextLong(), random.nextInt(), random.nextInt());
                inKernel.add(answer);
                expected.add(answer);
            }
            post(ring, inKernel);
            for (int i = random.nextInt(10); i > 0 && ring.completions.next(); i--) {
                assertThat(Answer.of(ring.completions)).isEqualTo(expected.remove());
                read++;
            }
            if (random.nextBoolean()) {
                ring.completions.release();
            }
        }
        while (!expected.isEmpty()) {
            ring.completions.release();
            post(ring, inKernel);
            assertThat(ring.completions.next()).isTrue();
            assertThat(Answer.of(ring.completions)).isEqualTo(expected.remove());
            read++;
        }
        assertThat(ring.completions.next()).isFalse();
        assertThat(read).isGreaterThan(2000);
    }

    private static void post(RingMemory ring, Queue<Answer> waiting) {
        Answer first = waiting.peek();
        while (first != null && ring.answer(first.userData, first.result, first.flags)) {
            waiting.remove();
            first = waiting.peek();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32})
    void aPlaceIsTheKernelsAgainOnlyAfterTheRelease(int results) {
        RingMemory ring = ring(results, -1);
        for (int i = 0; i < results; i++) {
            assertThat(ring.answer(i, i, 0)).isTrue();
        }
        assertThat(ring.answer(99, 0, 0)).as("a place beyond the last").isFalse();
        assertThat(ring.completions.ready()).isEqualTo(results);
        for (int i = 0; i < results; i++) {
            assertThat(ring.completions.next()).isTrue();
            assertThat(ring.completions.userData()).isEqualTo(i);
        }
        assertThat(ring.answer(99, 0, 0)).as("read, but not released").isFalse();
        assertThat(ring.completions.userData()).as("still readable").isEqualTo(results - 1);
        ring.completions.release();
        assertThat(ring.completions.ready()).isZero();
        assertThat(ring.answer(99, 0, 0)).isTrue();
        assertThat(ring.completions.ready()).isEqualTo(1);
    }

    @Test
    void anEmptyRingHasNothingAndLaterAnswersAreSeen() {
        RingMemory ring = ring(4, 3);
        assertThat(ring.completions.next()).isFalse();
        assertThat(ring.completions.ready()).isZero();
        ring.answer(5, 6, 7);
        assertThat(ring.completions.next()).as("without a look at ready").isTrue();
        assertThat(Answer.of(ring.completions)).isEqualTo(new Answer(5, 6, 7));
        assertThat(ring.completions.next()).isFalse();
    }

    @Test
    void extremeValuesComeAsTheyWere() {
        RingMemory ring = ring(4, 0);
        ring.answer(Long.MIN_VALUE, Integer.MIN_VALUE, -1);
        ring.answer(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE);
        ring.answer(-1, -4095, 0);
        for (Answer expected : new Answer[]{
            new Answer(Long.MIN_VALUE, Integer.MIN_VALUE, -1),
            new Answer(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE),
            new Answer(-1, -4095, 0)
        }) {
            assertThat(ring.completions.next()).isTrue();
            assertThat(Answer.of(ring.completions)).isEqualTo(expected);
        }
    }

    @Test
    void theCountOfLostAnswersIsTheKernels() {
        RingMemory ring = ring(4, 0);
        assertThat(ring.completions.lost()).isZero();
        ring.lose(3);
        assertThat(ring.completions.lost()).isEqualTo(3);
    }
}
