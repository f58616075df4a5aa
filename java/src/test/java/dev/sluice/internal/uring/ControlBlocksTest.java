package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.linux.LinuxSockaddr;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The headers of datagram receives, read as the kernel reads them. */
@Tag("aarch64")
class ControlBlocksTest {
    private static final int[] SLOTS = {0, 1, 62, 63, 64, 65, 127, 128, 255, 256, 257, 5000};

    private final Arena arena = Arena.ofConfined();
    private final ControlBlocks blocks = new ControlBlocks(arena);

    @AfterEach
    void release() {
        arena.close();
    }

    @Test
    void theKernelFindsBufferAndRoomForTheAddress() {
        long message = blocks.prepare(7, 0x1234_5678_9ABCL, 65_535);
        assertThat(Memory.getLong(message + Msghdr.MSG_NAME)).isEqualTo(blocks.nameOf(7));
        assertThat(Memory.getInt(message + Msghdr.MSG_NAMELEN)).isEqualTo(LinuxSockaddr.MAX_SIZE);
        assertThat(Memory.getLong(message + Msghdr.MSG_IOVLEN)).isEqualTo(1);
        long piece = Memory.getLong(message + Msghdr.MSG_IOV);
        assertThat(Memory.getLong(piece + Iovec.IOV_BASE)).isEqualTo(0x1234_5678_9ABCL);
        assertThat(Memory.getLong(piece + Iovec.IOV_LEN)).isEqualTo(65_535);
        assertThat(Memory.getLong(message + Msghdr.MSG_CONTROL)).isZero();
    }

    /** The kernel writes a shorter length; the next receive offers all the room again. */
    @Test
    void theLengthOfTheAddressIsWhatTheKernelWrote() {
        long message = blocks.prepare(3, 1, 1);
        Memory.setInt(message + Msghdr.MSG_NAMELEN, 16);
        Memory.setInt(message + Msghdr.MSG_FLAGS, -1);
        assertThat(blocks.nameLengthOf(3)).isEqualTo(16);
        assertThat(blocks.prepare(3, 2, 2)).as("its place stays").isEqualTo(message);
        assertThat(blocks.nameLengthOf(3)).isEqualTo(LinuxSockaddr.MAX_SIZE);
        assertThat(Memory.getInt(message + Msghdr.MSG_FLAGS)).isZero();
    }

    /** Around the borders of chunks, and far beyond the first ones. */
    @Test
    void slotsDoNotShareMemory() {
        for (int slot : SLOTS) {
            long message = blocks.prepare(slot, slot, slot);
            Memory.fill(blocks.nameOf(slot), LinuxSockaddr.MAX_SIZE, (byte) slot);
            Memory.setInt(message + Msghdr.MSG_NAMELEN, slot);
        }
        for (int slot : SLOTS) {
            long name = blocks.nameOf(slot);
            assertThat(blocks.nameLengthOf(slot)).isEqualTo(slot);
            for (int at = 0; at < LinuxSockaddr.MAX_SIZE; at++) {
                assertThat(Memory.getByte(name + at)).as("slot %d", slot).isEqualTo((byte) slot);
            }
            long message = blocks.prepare(slot, 0, 0);
            assertThat(Memory.getLong(message + Msghdr.MSG_NAME)).isEqualTo(name);
        }
    }
}
