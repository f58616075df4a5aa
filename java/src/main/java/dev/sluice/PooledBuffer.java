package dev.sluice;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.PoolBuffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of a port's pool that the program holds until {@link #release}. Any thread that got it from
 * the port's thread may fill and read it; only the port's thread may release it.
 *
 * <p>After the release every use of this object throws IllegalStateException, even if the same memory
 * was taken again, since that has another object. Objects are reused, so taking a buffer allocates
 * nothing; a released object is reused only after 1,024 others of its port were released. The segment of
 * {@link #segment} has no such check: do not use it after the release.
 */
public final class PooledBuffer {
    private final CompletionPort port;

    /** The buffer, of the latest taking. */
    private PoolBuffer raw;

    /** Counts the takings for which this object stood. */
    private int taking;

    private boolean held = true;

    private PooledBuffer(PoolBuffer raw, CompletionPort port) {
        this.raw = raw;
        this.port = port;
    }

    /** The object for a buffer that was just taken, and for which there is none. */
    static PooledBuffer of(PoolBuffer raw, CompletionPort port) {
        PooledBuffer rested = port.released.takeRested();
        if (rested == null) {
            return new PooledBuffer(raw, port);
        }
        rested.raw = raw;
        rested.taking++;
        rested.held = true;
        return rested;
    }

    /** One for the user, or null when all are taken. */
    static @Nullable PooledBuffer takenFrom(BufferPool pool, CompletionPort port) {
        PoolBuffer raw = pool.take();
        if (raw == null) {
            return null;
        }
        try {
            return of(raw, port);
        } catch (OutOfMemoryError none) {
            pool.release(raw);
            throw none;
        }
    }

    /**
     * Returns the whole memory of the buffer.
     *
     * @return valid until the release
     * @throws IllegalStateException if the buffer was released
     */
    public MemorySegment segment() {
        requireHeld();
        return raw.segment();
    }

    /**
     * Returns the size of the buffer.
     *
     * @return bytes
     * @throws IllegalStateException if the buffer was released
     */
    public int capacity() {
        requireHeld();
        return raw.capacity;
    }

    /**
     * Returns the buffer to the pool. Operations that refer to it must have ended before.
     *
     * @throws IllegalStateException if it was released before
     * @throws WrongThreadException on another thread than the port's
     */
    public void release() {
        port.requireOwner("release a buffer");
        requireHeld();
        held = false;
        raw.pool.release(raw);
        port.released.add(this);
    }

    private void requireHeld() {
        if (!held) {
            throw new IllegalStateException(
                    "cannot use buffer " + raw.index
                            + ", which was released: take one from the pool");
        }
    }

    long address() {
        requireHeld();
        return raw.address;
    }

    /** Identifies this taking, for a later use. */
    int taking() {
        return taking;
    }

    /** As {@link #requireHeld}, for the taking that {@link #taking} returned. */
    void requireTaking(int known, String action) {
        if (!held || taking != known) {
            throw new IllegalStateException(
                    "cannot " + action + " a buffer that was released: call buffer() with another");
        }
    }

    boolean isOf(CompletionPort owner) {
        return port == owner;
    }

    @Override
    public String toString() {
        return held ? "buffer " + raw.index : "buffer " + raw.index + " (released)";
    }
}
