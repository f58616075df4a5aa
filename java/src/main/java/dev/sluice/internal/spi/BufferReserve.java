package dev.sluice.internal.spi;

/**
 * Free buffers of a {@link BufferPool} that a backend put ready for its kernel. Nobody holds them:
 * they count as available, and come back when the pool has no others.
 */
public interface BufferReserve {
    /** Buffers that lie ready and that nobody has. */
    int size();

    /** Releases into the pool what the kernel can spare; false if nothing. */
    boolean release();
}
