package dev.sluice;

import dev.sluice.internal.spi.PoolBuffer;
import java.lang.foreign.MemorySegment;

/**
 * A buffer of a port's pool, held by the user until {@link #release}. It may be filled and read by
 * any thread that got it from the port's thread, but released on the port's thread only.
 */
public final class PooledBuffer {
    private final PoolBuffer raw;
    private final CompletionPort port;
    private final MemorySegment segment;

    private PooledBuffer(PoolBuffer raw, CompletionPort port) {
        this.raw = raw;
        this.port = port;
        MemorySegment whole = raw.pool.memory();
        this.segment = whole.asSlice(raw.address - whole.address(), raw.capacity);
    }

    static PooledBuffer of(PoolBuffer raw, CompletionPort port) {
        if (raw.owner instanceof PooledBuffer known) {
            return known;
        }
        PooledBuffer made = new PooledBuffer(raw, port);
        raw.owner = made;
        return made;
    }

    /**
     * The whole memory of the buffer.
     *
     * @return lives as long as the port
     * @throws IllegalStateException if the buffer was released
     */
    public MemorySegment segment() {
        requireHeld();
        return segment;
    }

    /**
     * The size of the buffer.
     *
     * @return bytes
     */
    public int capacity() {
        return raw.capacity;
    }

    /**
     * Gives the buffer back to the pool.
     *
     * @throws IllegalStateException if it was released before
     * @throws WrongThreadException on another thread than the port's
     */
    public void release() {
        port.requireOwner("release a buffer");
        requireHeld();
        raw.pool.release(raw);
    }

    private void requireHeld() {
        if (raw.free) {
            throw new IllegalStateException(
                    "buffer " + raw.index + " was released: take one from the pool");
        }
    }

    long address() {
        requireHeld();
        return raw.address;
    }

    boolean isOf(CompletionPort owner) {
        return port == owner;
    }

    @Override
    public String toString() {
        return "buffer " + raw.index + (raw.free ? " (released)" : "");
    }
}
