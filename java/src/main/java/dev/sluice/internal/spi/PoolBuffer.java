package dev.sluice.internal.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One buffer of a port's pool. It belongs to the pool, to the kernel, or to the user. */
public final class PoolBuffer {
    /** The index of one without room, which is none of those that the pool has. */
    static final int NONE = -1;

    public final BufferPool pool;
    public final int index;
    public final long address;
    public final int capacity;

    /** True while the pool has it. */
    public boolean free = true;

    /** True while it lies ready in the kernel, which may write into it at any moment. */
    public boolean lent;

    /** Its memory, made when somebody first asks for it. */
    private @Nullable MemorySegment segment;

    PoolBuffer(BufferPool pool, int index, long address, int capacity) {
        this.pool = pool;
        this.index = index;
        this.address = address;
        this.capacity = capacity;
    }

    /** Its whole memory, which lives as long as the port. */
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
