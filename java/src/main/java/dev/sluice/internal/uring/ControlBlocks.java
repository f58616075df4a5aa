package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.linux.MessageHeader;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Memory that the kernel writes when a datagram arrives, a block for each slot of the port. Chunks are
 * allocated when a slot first receives one, and freed with the ring.
 *
 * <pre>
 *   0 | struct msghdr | struct iovec | source address |
 * </pre>
 */
final class ControlBlocks {
    private static final int BLOCKS_PER_CHUNK = 64;
    private static final int IOVEC = Msghdr.SIZE;
    private static final int NAME = IOVEC + Iovec.SIZE;
    private static final int SIZE = NAME + LinuxSockaddr.MAX_SIZE;

    private final Arena arena;
    private long[] chunks = new long[4];

    ControlBlocks(Arena arena) {
        this.arena = arena;
    }

    /** Prepares the block of a slot for a receive; returns the address of its msghdr. */
    long prepare(int slot, long address, long length) {
        long block = block(slot);
        Memory.setLong(block + IOVEC + Iovec.IOV_BASE, address);
        Memory.setLong(block + IOVEC + Iovec.IOV_LEN, length);
        MessageHeader.write(block, block + NAME, LinuxSockaddr.MAX_SIZE, block + IOVEC, 1);
        return block;
    }

    long nameOf(int slot) {
        return block(slot) + NAME;
    }

    int nameLengthOf(int slot) {
        return Memory.getInt(block(slot) + Msghdr.MSG_NAMELEN);
    }

    private long block(int slot) {
        int chunk = slot / BLOCKS_PER_CHUNK;
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, chunks.length * 2));
        }
        if (chunks[chunk] == 0) {
            chunks[chunk] = arena.allocate((long) SIZE * BLOCKS_PER_CHUNK, Long.BYTES).address();
        }
        return chunks[chunk] + (long) SIZE * (slot % BLOCKS_PER_CHUNK);
    }
}
