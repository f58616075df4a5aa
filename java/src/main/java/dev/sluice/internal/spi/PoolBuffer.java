package dev.sluice.internal.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One buffer of a port's pool. It belongs to the pool, to the kernel, or to the user. */
public final class PoolBuffer {
    /** The index of a buffer without room, which is not one of the pool's. */
    static final int NONE = -1;

    /**
     * The bytes before a datagram that has its sender. A multishot RECVMSG of io_uring writes its header,
     * the name and the control data there; the number keeps the datagram aligned to 64 bytes.
     */
    public static final int DATAGRAM_HEADROOM = 128;

    public final BufferPool pool;
    public final int index;
    public final long address;
    public final int capacity;

    /** True while the pool has it. Written by the pool. */
    public boolean free = true;

    /** True while the kernel has it, which may write into it at any moment. Written by the backend. */
    public boolean lent;

    /** From the first datagram on. */
    private @Nullable RawAddress source;

    /** Its memory as a segment, from the first use on. */
    private @Nullable MemorySegment segment;

    PoolBuffer(BufferPool pool, int index, long address, int capacity) {
        this.pool = pool;
        this.index = index;
        this.address = address;
        this.capacity = capacity;
    }

    /** Returns the sender of the datagram in it, which the backend sets. */
    public RawAddress source() {
        RawAddress present = source;
        if (present == null) {
            present = new RawAddress();
            source = present;
        }
        return present;
    }

    /** Returns where a datagram that has its sender begins. */
    public long datagramAddress() {
        return address + DATAGRAM_HEADROOM;
    }

    /** Returns how many bytes of such a datagram fit. */
    public int datagramCapacity() {
        return capacity - DATAGRAM_HEADROOM;
    }

    /** Returns its whole memory, which lives as long as the port. */
    public MemorySegment segment() {
        MemorySegment present = segment;
        if (present == null) {
            MemorySegment whole = pool.memory();
            present = whole.asSlice(address - whole.address(), capacity);
            segment = present;
        }
        return present;
    }
}
