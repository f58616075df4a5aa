package dev.sluice.internal.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A port's buffers of one size. The last one released is the first one taken, so that a lightly loaded
 * port works in few buffers, which stay in the processor's cache.
 */
public final class BufferPool {
    private final MemorySegment memory;
    private final int capacity;
    private final PoolBuffer[] all;
    private final PoolBuffer[] free;
    private int made;
    private int freeCount;
    private @Nullable BufferReserve reserve;

    /**
     * Divides memory into buffers; pages of it are touched only when a buffer is first used.
     *
     * @param memory at least {@code count * capacity} bytes that live as long as the port
     */
    public BufferPool(MemorySegment memory, int count, int capacity) {
        this.memory = memory;
        this.capacity = capacity;
        this.all = new PoolBuffer[count];
        this.free = new PoolBuffer[count];
    }

    /** Sets the backend's reserve, once; the pool asks it before it reports that no buffer is left. */
    public void setReserve(BufferReserve reserve) {
        this.reserve = reserve;
    }

    /** Takes a buffer; returns null if all are taken. */
    public @Nullable PoolBuffer take() {
        PoolBuffer buffer = takeUnreserved();
        BufferReserve reserved = reserve;
        if (buffer == null && reserved != null && reserved.release()) {
            buffer = takeUnreserved();
        }
        return buffer;
    }

    /** Takes a buffer that is not in the reserve; returns null if there is none. */
    public @Nullable PoolBuffer takeUnreserved() {
        if (freeCount > 0) {
            PoolBuffer buffer = free[--freeCount];
            assert buffer.free : "taken twice: " + buffer.index;
            buffer.free = false;
            return buffer;
        }
        if (made == all.length) {
            return null;
        }
        PoolBuffer buffer =
                new PoolBuffer(this, made, memory.address() + (long) made * capacity, capacity);
        buffer.free = false;
        all[made++] = buffer;
        return buffer;
    }

    /** Takes a buffer for an event without bytes: one without room if all are taken. */
    public PoolBuffer takeForNothing() {
        PoolBuffer buffer = take();
        if (buffer == null) {
            buffer = new PoolBuffer(this, PoolBuffer.NONE, memory.address(), 0);
            buffer.free = false;
        }
        return buffer;
    }

    /** Releases a buffer. The caller has checked that it is not free. */
    public void release(PoolBuffer buffer) {
        assert !buffer.free : "released twice: " + buffer.index;
        buffer.free = true;
        if (buffer.index == PoolBuffer.NONE) {
            return;
        }
        free[freeCount++] = buffer;
    }

    /**
     * Returns true if an address lies in a buffer that no user holds: the pool has it, or the kernel,
     * which may receive into it for any socket.
     */
    public boolean isUnheld(long address) {
        long offset = address - memory.address();
        if (offset < 0 || offset >= memory.byteSize()) {
            return false;
        }
        int index = (int) (offset / capacity);
        return index >= made || all[index].free || all[index].lent;
    }

    /** Returns the buffer with this index, which was taken before. */
    public PoolBuffer buffer(int index) {
        return all[index];
    }

    /** Returns how many buffers nobody holds, those in the reserve included. */
    public int available() {
        return unreserved() + inReserve();
    }

    /** Returns how many buffers nobody holds and are not in the reserve. */
    public int unreserved() {
        return freeCount + all.length - made;
    }

    /** Returns how many buffers are provided to the kernel and not in use. */
    public int inReserve() {
        BufferReserve reserved = reserve;
        return reserved == null ? 0 : reserved.size();
    }

    public int count() {
        return all.length;
    }

    public int bufferBytes() {
        return capacity;
    }

    /** Returns the whole region, for slices that have the port's scope. */
    public MemorySegment memory() {
        return memory;
    }
}
