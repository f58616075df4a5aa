package dev.sluice;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of one port for the buffers of its operations, from {@link CompletionPort#allocate}. It
 * lives until {@link #release}, or until the port closes.
 *
 * <p>A release is safe at any moment: memory that a pending operation refers to is freed at that
 * operation's terminal event, so the kernel never writes into freed memory. After the release every
 * access to its segments throws IllegalStateException, and so does a submission with it.
 *
 * <p>Any thread may read and write the memory; only the port's thread may release it. A release that
 * frees the memory costs microseconds, since the JVM first makes sure that no thread is in the middle
 * of an access (see {@link Arena#ofShared}).
 */
public final class PortMemory {
    private final PortMemories memories;
    private final Arena arena;
    private final MemorySegment segment;

    /** Pending operations that refer to the memory; one may refer to it more than once. */
    private int holders;

    private volatile boolean released;

    PortMemory(PortMemories memories, Arena arena, MemorySegment segment) {
        this.memories = memories;
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Returns the memory, for {@code buffer(...)} of an operation and for the program's own use. Any
     * thread may call.
     *
     * @return the whole memory; slices of it are equally good
     * @throws IllegalStateException if it was released
     */
    public MemorySegment segment() {
        requireHeld("use");
        return segment;
    }

    /**
     * Gives the memory back. It is freed now, or at the terminal event of the last pending operation
     * that refers to it, before the handler of that event runs.
     *
     * @throws IllegalStateException if it was released before, or another thread accesses it now
     * @throws WrongThreadException on another thread than the port's
     */
    public void release() {
        memories.requireOwner("release memory");
        requireHeld("release");
        if (holders == 0) {
            memories.free(this);
        }
        released = true;
    }

    boolean isReleased() {
        return released;
    }

    void requireHeld(String action) {
        if (released) {
            throw new IllegalStateException("cannot " + action + " " + this
                    + ": call port.allocate() for new memory");
        }
    }

    // ---- for the package ---------------------------------------------------------------------

    /** An operation that refers to the memory is about to be pending. */
    void hold() {
        holders++;
    }

    /** An operation that refers to the memory is not pending any more. */
    void drop() {
        assert holders > 0 : "dropped more often than held: " + this;
        holders--;
        if (holders == 0 && released) {
            memories.freeLater(this);
        }
    }

    Arena arena() {
        return arena;
    }

    MemorySegment.Scope scope() {
        return segment.scope();
    }

    @Override
    public String toString() {
        return "memory of " + segment.byteSize() + " bytes" + (released ? " (released)" : "");
    }
}
