package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.linux.DatagramMessage;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory of datagrams in the kernel. */
@Tag("aarch64")
class ControlBlocksTest {
    private static final int[] SLOTS = {0, 1, 62, 63, 64, 65, 127, 128, 255, 256, 257, 5000};

    private final Arena arena = Arena.ofConfined();
    private final ControlBlocks blocks = new ControlBlocks(arena);

    @AfterEach
    void release() {
        arena.close();
    }

    /** Around the borders of chunks, and far beyond the first ones. */
    @Test
    void slotsDoNotShareMemory() {
        for (int slot : SLOTS) {
            Memory.fill(blocks.of(slot), DatagramMessage.SIZE, (byte) slot);
        }
        for (int slot : SLOTS) {
            long block = blocks.of(slot);
            assertThat(block % Long.BYTES).as("alignment of slot %d", slot).isZero();
            for (int at = 0; at < DatagramMessage.SIZE; at++) {
                assertThat(Memory.getByte(block + at)).as("slot %d", slot).isEqualTo((byte) slot);
            }
        }
    }
}
