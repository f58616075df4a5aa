package dev.sluice.internal.spi;

/**
 * Free buffers of a {@link BufferPool} that a backend provided to its kernel. Nobody holds them: they
 * count as available, and return when the pool has no others.
 */
public interface BufferReserve {
    /** Returns how many buffers the kernel has and does not use. */
    int size();

    /** Releases into the pool the buffers that the kernel does not use; returns false if there is none. */
    boolean release();
}
