package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringBuf;
import dev.sluice.internal.ffi.linux.IoUringBufRing;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring of buffers on plain memory; a test plays the kernel, which keeps its head to itself. */
@Tag("aarch64")
class BufferRingTest {
    private final Arena arena = Arena.ofConfined();
    private long memory;

    @AfterEach
    void release() {
        arena.close();
    }

    private BufferRing ring(int entries) {
        memory = arena.allocate(BufferRing.bytes(entries), 4096).address();
        return new BufferRing(memory, entries);
    }

    private int visibleTail() {
        return Short.toUnsignedInt(Memory.getShort(memory + IoUringBufRing.TAIL));
    }

    private int idAt(int place) {
        return Short.toUnsignedInt(
                Memory.getShort(memory + (long) place * IoUringBuf.SIZE + IoUringBuf.BID));
    }

    private long addressAt(int place) {
        return Memory.getLong(memory + (long) place * IoUringBuf.SIZE + IoUringBuf.ADDR);
    }

    /** More than twice around the 16 bits of the counts. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 4096})
    void theKernelFindsEachBufferInOrderThroughTheWrapOfTheCounts(int entries) {
        BufferRing ring = ring(entries);
        Random random = new Random(entries);
        int head = 0;
        int added = 0;
        int taken = 0;
        while (taken < 140_000) {
            for (int i = random.nextInt(entries) + 1; i > 0 && added - taken < entries; i--) {
                ring.add(addressOf(added), 16, added & 0xFFFF);
                added++;
            }
            ring.publish();
            assertThat(ring.countFrom(head)).isEqualTo(added - taken);
            for (int i = random.nextInt(entries + 1); i > 0 && head != visibleTail(); i--) {
                int place = head & (entries - 1);
                if (idAt(place) != (taken & 0xFFFF) || addressAt(place) != addressOf(taken)) {
                    assertThat(addressAt(place)).as("place %d", place).isEqualTo(addressOf(taken));
                    assertThat(idAt(place)).as("place %d", place).isEqualTo(taken & 0xFFFF);
                }
                head = (head + 1) & 0xFFFF;
                taken++;
            }
        }
    }

    private static long addressOf(int number) {
        return Long.MIN_VALUE + 4096L * number;
    }

    /** The tail lies in the first entry: writing that must not move it. */
    @Test
    void aBufferIsInvisibleUntilItIsPublished() {
        BufferRing ring = ring(4);
        for (int i = 0; i < 3; i++) {
            ring.add(-1, -1, 0xFFFF);
        }
        assertThat(visibleTail()).isZero();
        ring.publish();
        assertThat(visibleTail()).isEqualTo(3);
        ring.add(-1, -1, 0xFFFF);
        ring.add(-1, -1, 0xFFFF);
        assertThat(visibleTail()).as("the first entry was written again").isEqualTo(3);
        ring.publish();
        assertThat(visibleTail()).isEqualTo(5);
    }

    @Test
    void extremeIdsAndLengthsComeAsTheyWere() {
        BufferRing ring = ring(2);
        ring.add(Long.MAX_VALUE, Integer.MAX_VALUE, 0xFFFF);
        ring.add(1, 1, 0x8000);
        assertThat(ring.idAt(0)).isEqualTo(0xFFFF);
        assertThat(ring.idAt(1)).isEqualTo(0x8000);
        assertThat(ring.idAt(2)).as("places go round").isEqualTo(0xFFFF);
        assertThat(addressAt(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(Memory.getInt(memory + IoUringBuf.LEN)).isEqualTo(Integer.MAX_VALUE);
    }

    /** Also when the tail has wrapped and the kernel's head has not. */
    @Test
    void whatIsRewoundIsNotTheKernelsAnyMore() {
        BufferRing ring = ring(8);
        for (int i = 0; i < 0xFFFF + 3; i++) {
            ring.add(i, 16, i & 7);
        }
        ring.publish();
        assertThat(visibleTail()).isEqualTo(2);
        int head = 0xFFFE;
        assertThat(ring.countFrom(head)).isEqualTo(4);
        ring.rewindTo(head);
        assertThat(visibleTail()).isEqualTo(head);
        assertThat(ring.countFrom(head)).isZero();
        ring.add(77, 16, 5);
        ring.publish();
        assertThat(visibleTail()).isEqualTo(0xFFFF);
        assertThat(ring.idAt(head)).isEqualTo(5);
        assertThat(addressAt(head & 7)).isEqualTo(77);
    }
}
