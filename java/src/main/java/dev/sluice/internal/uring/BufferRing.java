package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringBuf;
import dev.sluice.internal.ffi.linux.IoUringBufRing;

/**
 * The ring of buffers that the kernel receives into. We add at the tail; the kernel takes from the head,
 * which only it knows. Counts have 16 bits and wrap around.
 */
final class BufferRing {
    private static final int COUNT_MASK = 0xFFFF;

    private final long ring;
    private final int mask;
    private int tail;
    private int published;

    /**
     * Uses zeroed memory.
     *
     * @param ring address of {@code entries} {@link IoUringBuf}, aligned to a page for the kernel
     * @param entries a power of two
     */
    BufferRing(long ring, int entries) {
        assert Integer.bitCount(entries) == 1 : entries;
        this.ring = ring;
        this.mask = entries - 1;
    }

    static long bytes(int entries) {
        return (long) entries * IoUringBuf.SIZE;
    }

    /** Adds a buffer. The caller knows that an entry is free. */
    void add(long address, int length, int id) {
        long entry = entry(tail);
        Memory.setLong(entry + IoUringBuf.ADDR, address);
        Memory.setInt(entry + IoUringBuf.LEN, length);
        Memory.setShort(entry + IoUringBuf.BID, (short) id);
        // The tail overlaps the unused end of the first entry, which must not be written here.
        tail = (tail + 1) & COUNT_MASK;
    }

    /** Shows the buffers added so far to the kernel. */
    void publish() {
        if (tail != published) {
            published = tail;
            // Release: the entries must be written before the kernel can see that they are there.
            Memory.setShortRelease(ring + IoUringBufRing.TAIL, (short) tail);
        }
    }

    /** Returns how many buffers are behind the kernel's head. */
    int countFrom(int head) {
        return (published - head) & COUNT_MASK;
    }

    /** Returns the id of the buffer at a position. */
    int idAt(int position) {
        return Short.toUnsignedInt(Memory.getShort(entry(position) + IoUringBuf.BID));
    }

    /**
     * Removes all buffers from the kernel's head on. The kernel must not take one meanwhile: that holds
     * on a ring whose work is done inside our own io_uring_enter(2).
     */
    void rewindTo(int head) {
        tail = head & COUNT_MASK;
        publish();
    }

    private long entry(int position) {
        return ring + (long) (position & mask) * IoUringBuf.SIZE;
    }
}
