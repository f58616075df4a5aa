package dev.sluice.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Native memory between a system call and a heap array, borrowed for one non-blocking call. So there
 * are as many buffers as threads that run, and they stay in the cache; a connection that waits holds
 * none, except one whose bytes are being copied to another connection.
 *
 * <p>A socket passes memory to the kernel only if no other thread can free it during the call. So
 * pooled buffers are of the global arena, and further ones of an arena confined to the borrower.
 */
public final class Scratch {
    /** The size of each buffer. */
    public static final int BYTES = 64 * 1024;

    private static final int POOLED = 64;

    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    /** Stands for any other thread: memory of a confined arena is not accessible to it. */
    private static final Thread ANOTHER = Thread.ofVirtual().unstarted(() -> {});

    /** One slot for each buffer that is ever pooled. */
    private static final AtomicReferenceArray<@Nullable Scratch> IDLE =
            new AtomicReferenceArray<>(POOLED);

    private static final AtomicInteger CREATED = new AtomicInteger();

    private final MemorySegment memory;

    /** Closed on release; null if the buffer is pooled. */
    private final @Nullable Arena confined;

    private int slot;

    private Scratch(MemorySegment memory, @Nullable Arena confined, int slot) {
        this.memory = memory;
        this.confined = confined;
        this.slot = slot;
    }

    /** Borrows a buffer until {@link #release}, which the same thread calls. */
    public static Scratch borrow() {
        for (int slot = 0; slot < POOLED; slot++) {
            if (IDLE.getPlain(slot) != null) {
                Scratch found = IDLE.getAndSet(slot, null);
                if (found != null) {
                    found.slot = slot;
                    return found;
                }
            }
        }
        if (CREATED.get() < POOLED && CREATED.getAndIncrement() < POOLED) {
            int slot = (int) Thread.currentThread().threadId() & (POOLED - 1);
            return new Scratch(Arena.global().allocate(BYTES, 64), null, slot);
        }
        Arena arena = Arena.ofConfined();
        return new Scratch(arena.allocate(BYTES, 64), arena, 0);
    }

    /** Returns the buffer to the pool. */
    public void release() {
        if (confined != null) {
            confined.close();
            return;
        }
        while (!IDLE.compareAndSet(slot, null, this)) {
            slot = (slot + 1) & (POOLED - 1);
        }
    }

    /** Returns the first bytes of the buffer. */
    public MemorySegment first(int bytes) {
        return memory.asSlice(0, bytes);
    }

    /** Returns the whole buffer. */
    public MemorySegment memory() {
        return memory;
    }

    /** Returns true if no other thread can free the segment during one non-blocking call. */
    public static boolean isHeld(MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        return segment.isNative()
                && (scope.equals(GLOBAL)
                        || (!segment.isAccessibleBy(ANOTHER)
                                && segment.isAccessibleBy(Thread.currentThread())
                                && scope.isAlive()));
    }

    /**
     * Returns true if the memory of a buffer lives as long as the buffer does, as that of {@link
     * ByteBuffer#allocateDirect}: the caller keeps the buffer during the call. Such memory has no scope
     * of an arena, whose object is always the same, but a new one for each segment.
     *
     * @param memory of {@link MemorySegment#ofBuffer}
     */
    @SuppressWarnings("ReferenceEquality") // Whether it is the object of an arena is the question.
    public static boolean isHeldByItsBuffer(ByteBuffer buffer, MemorySegment memory) {
        return memory.isNative() && memory.scope() != MemorySegment.ofBuffer(buffer).scope();
    }

    /**
     * Fails if the segment cannot be written. Must precede the system call: bytes that do not fit
     * afterwards would be lost.
     *
     * @param source named in the message
     */
    public static void requireWritable(MemorySegment into, Object source) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("read " + source
                    + " into read-only memory: pass a writable segment or buffer");
        }
        if (!into.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("read " + source + " on " + Thread.currentThread()
                    + " into memory of an arena that is confined to another thread");
        }
        if (!into.scope().isAlive()) {
            throw new IllegalStateException(
                    "read " + source + " into memory of an arena that is closed");
        }
    }
}
