package dev.sluice.internal.spi;

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

    /** The public buffer object, made when somebody first asks for it. */
    public @Nullable Object owner;

    PoolBuffer(BufferPool pool, int index, long address, int capacity) {
        this.pool = pool;
        this.index = index;
        this.address = address;
        this.capacity = capacity;
    }
}
