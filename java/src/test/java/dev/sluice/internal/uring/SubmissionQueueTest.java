package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringSqe;
import dev.sluice.internal.ffi.linux.UringConstants;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The submission ring on plain memory; a test plays the kernel. */
@Tag("aarch64")
class SubmissionQueueTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void release() {
        arena.close();
    }

    private RingMemory ring(int entries, int start) {
        return new RingMemory(arena, entries, entries, start);
    }

    private static long add(SubmissionQueue queue, long userData) {
        long sqe = queue.next();
        if (sqe != SubmissionQueue.FULL) {
            Sqe.fill(sqe, UringConstants.IORING_OP_NOP, -1, 0, 0, userData);
        }
        return sqe;
    }

    /** From before each place where a count of 32 bits wraps around, signed and unsigned. */
    @ParameterizedTest
    @ValueSource(ints = {0, -5, -1, Integer.MAX_VALUE - 3, Integer.MIN_VALUE})
    void everyEntryReachesTheKernelOnceAndInOrderThroughManyWraps(int start) {
        RingMemory ring = ring(8, start);
        Random random = new Random(start);
        List<Long> taken = new ArrayList<>();
        long added = 0;
        for (int round = 0; round < 1000; round++) {
            for (int i = random.nextInt(12); i > 0; i--) {
                if (add(ring.submissions, added) == SubmissionQueue.FULL) {
                    break;
                }
                added++;
            }
            int pending = ring.submissions.publish();
            assertThat(pending).isBetween(0, 8).isEqualTo((int) (added - taken.size()));
            taken.addAll(ring.take(random.nextInt(10)));
        }
        taken.addAll(ring.take(8));
        assertThat(added).isGreaterThan(1000);
        assertThat(taken).hasSize((int) added);
        for (int i = 0; i < taken.size(); i++) {
            assertThat(taken.get(i)).isEqualTo(i);
        }
        assertThat(ring.submissions.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void aFullQueueGivesOnePlaceForEachThatTheKernelTook(int entries) {
        RingMemory ring = ring(entries, -1);
        assertThat(ring.submissions.capacity()).isEqualTo(entries);
        for (int i = 0; i < entries; i++) {
            assertThat(add(ring.submissions, i)).isNotEqualTo(SubmissionQueue.FULL);
        }
        assertThat(add(ring.submissions, 99)).isEqualTo(SubmissionQueue.FULL);
        assertThat(ring.submissions.publish()).isEqualTo(entries);
        assertThat(add(ring.submissions, 99)).as("published is not taken")
                .isEqualTo(SubmissionQueue.FULL);

        assertThat(ring.take(1)).containsExactly(0L);
        assertThat(add(ring.submissions, entries)).isNotEqualTo(SubmissionQueue.FULL);
        assertThat(add(ring.submissions, 99)).isEqualTo(SubmissionQueue.FULL);
        ring.submissions.publish();
        assertThat(ring.take(entries)).hasSize(entries).last().isEqualTo((long) entries);
    }

    @Test
    void theKernelSeesNothingBeforeItIsPublished() {
        RingMemory ring = ring(4, 7);
        add(ring.submissions, 1);
        add(ring.submissions, 2);
        assertThat(ring.visible()).isZero();
        assertThat(ring.submissions.pending()).as("filled, whether published or not").isEqualTo(2);
        assertThat(ring.submissions.publish()).isEqualTo(2);
        assertThat(ring.visible()).isEqualTo(2);
        assertThat(ring.take(2)).containsExactly(1L, 2L);
    }

    /** The kernel may stop in the middle; the rest is offered again, nothing twice. */
    @Test
    void whatTheKernelDidNotTakeStaysPending() {
        RingMemory ring = ring(4, -2);
        for (int i = 0; i < 4; i++) {
            add(ring.submissions, i);
        }
        ring.submissions.publish();
        assertThat(ring.take(3)).containsExactly(0L, 1L, 2L);
        assertThat(ring.submissions.publish()).isEqualTo(1);
        assertThat(ring.take(3)).containsExactly(3L);
        assertThat(ring.submissions.publish()).isZero();
    }

    /** A field that a request leaves alone must not be what the last one at this place wrote. */
    @Test
    void aPlaceIsZeroedWhenItIsGivenAgain() {
        RingMemory ring = ring(1, 0);
        for (int round = 0; round < 3; round++) {
            long sqe = ring.submissions.next();
            assertThat(sqe).isNotEqualTo(SubmissionQueue.FULL);
            for (int at = 0; at < IoUringSqe.SIZE; at += Long.BYTES) {
                assertThat(Memory.getLong(sqe + at)).as("round %d, at %d", round, at).isZero();
                Memory.setLong(sqe + at, -1);
            }
            ring.submissions.publish();
            ring.take(1);
        }
    }

    @Test
    void extremeFieldsLieWhereTheKernelReadsThem() {
        long sqe = ring(1, 0).submissions.next();
        assertThat(sqe).isNotEqualTo(SubmissionQueue.FULL);
        Sqe.fill(sqe, 255, Integer.MIN_VALUE, Long.MIN_VALUE, -1, Long.MAX_VALUE);
        Sqe.flags(sqe, 0xFF);
        Sqe.priority(sqe, 0xFFFF);
        Sqe.operationFlags(sqe, 0x8000_0001);
        Sqe.offset(sqe, 0xFEDC_BA98_7654_3210L);
        Sqe.bufferGroup(sqe, 0xFFFE);
        assertThat(Byte.toUnsignedInt(Memory.getByte(sqe))).isEqualTo(255);
        assertThat(Byte.toUnsignedInt(Memory.getByte(sqe + 1))).isEqualTo(0xFF);
        assertThat(Short.toUnsignedInt(Memory.getShort(sqe + 2))).isEqualTo(0xFFFF);
        assertThat(Memory.getInt(sqe + 4)).isEqualTo(Integer.MIN_VALUE);
        assertThat(Memory.getLong(sqe + 8)).isEqualTo(0xFEDC_BA98_7654_3210L);
        assertThat(Memory.getLong(sqe + 16)).isEqualTo(Long.MIN_VALUE);
        assertThat(Memory.getInt(sqe + 24)).isEqualTo(-1);
        assertThat(Memory.getInt(sqe + 28)).isEqualTo(0x8000_0001);
        assertThat(Memory.getLong(sqe + 32)).isEqualTo(Long.MAX_VALUE);
        assertThat(Short.toUnsignedInt(Memory.getShort(sqe + 40))).isEqualTo(0xFFFE);
    }

    @Test
    void theFlagsTellOfWorkThatNoLookAtTheResultsShows() {
        RingMemory ring = ring(2, 0);
        assertThat(ring.submissions.kernelHasWork()).isFalse();
        assertThat(ring.submissions.overflown()).isFalse();
        ring.raise(UringConstants.IORING_SQ_TASKRUN);
        assertThat(ring.submissions.kernelHasWork()).isTrue();
        assertThat(ring.submissions.overflown()).isFalse();
        ring.raise(UringConstants.IORING_SQ_CQ_OVERFLOW);
        assertThat(ring.submissions.kernelHasWork()).isTrue();
        assertThat(ring.submissions.overflown()).isTrue();
        ring.raise(~(UringConstants.IORING_SQ_CQ_OVERFLOW | UringConstants.IORING_SQ_TASKRUN));
        assertThat(ring.submissions.kernelHasWork()).as("flags of other meaning").isFalse();
    }
}
