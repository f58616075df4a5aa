package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * Objects of released buffers, first in first out. Once an object is used again, a reference that
 * was kept by mistake looks like a valid one. So each rests until {@link #RESTING} others were
 * released, and any use of it meanwhile is noticed. There are as many objects as rest, plus as many
 * as were ever held at once; after that taking and releasing allocate nothing.
 */
final class ReleasedBuffers {
    /** How many rest: by far more messages than are under way at once, in 24 KiB of objects. */
    static final int RESTING = 1024;

    private final @Nullable PooledBuffer[] released;

    /** Counts of those taken and added; they wrap around, and only differences mean something. */
    private int taken;

    private int added;

    /**
     * None so far.
     *
     * @param buffers of the pool, all of which may be held and then released at once
     */
    ReleasedBuffers(int buffers) {
        int most = Math.min(RESTING + buffers, 1 << 30);
        this.released = new PooledBuffer[Integer.highestOneBit(2 * most - 1)];
    }

    /** One that has rested; null while there is none. */
    @Nullable
    PooledBuffer takeRested() {
        if (added - taken <= RESTING) {
            return null;
        }
        int at = taken++ & (released.length - 1);
        PooledBuffer rested = released[at];
        released[at] = null;
        return rested;
    }

    void add(PooledBuffer buffer) {
        // There may be more than fit: those without room, of which there is no bound. They are dropped.
        if (added - taken < released.length) {
            released[added++ & (released.length - 1)] = buffer;
        }
    }
}
