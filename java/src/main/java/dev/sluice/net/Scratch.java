package dev.sluice.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Native memory between a system call and an array of the user's, borrowed for one call that does not
 * wait. So there are as many as threads really run, and they stay in the cache; a connection that
 * waits has none, but for one that passes on what it reads.
 *
 * <p>A socket lets the system have memory as it is only where nobody else can free it meanwhile. So
 * those that are kept are of the global arena, and others are confined to the thread that borrows.
 */
final class Scratch {
    static final int BYTES = 64 * 1024;

    private static final int KEPT = 64;

    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    /** Stands for any other thread: the memory of a confined arena is not for it. */
    private static final Thread ANOTHER = Thread.ofVirtual().unstarted(() -> {});

    /** As many places as there are ever of the global arena. */
    private static final AtomicReferenceArray<@Nullable Scratch> IDLE =
            new AtomicReferenceArray<>(KEPT);

    private static final AtomicInteger MADE = new AtomicInteger();

    private final MemorySegment memory;

    /** To be closed by the one who borrowed; null if it is kept. */
    private final @Nullable Arena confined;

    private int place;

    private Scratch(MemorySegment memory, @Nullable Arena confined, int place) {
        this.memory = memory;
        this.confined = confined;
        this.place = place;
    }

    static Scratch borrow() {
        for (int place = 0; place < KEPT; place++) {
            if (IDLE.getPlain(place) != null) {
                Scratch found = IDLE.getAndSet(place, null);
                if (found != null) {
                    found.place = place;
                    return found;
                }
            }
        }
        if (MADE.get() < KEPT && MADE.getAndIncrement() < KEPT) {
            int place = (int) Thread.currentThread().threadId() & (KEPT - 1);
            return new Scratch(Arena.global().allocate(BYTES, 64), null, place);
        }
        Arena arena = Arena.ofConfined();
        return new Scratch(arena.allocate(BYTES, 64), arena, 0);
    }

    void giveBack() {
        if (confined != null) {
            confined.close();
            return;
        }
        while (!IDLE.compareAndSet(place, null, this)) {
            place = (place + 1) & (KEPT - 1);
        }
    }

    MemorySegment first(int bytes) {
        return memory.asSlice(0, bytes);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Whether a socket lets the system have this memory as it is, for a call of this thread. */
    static boolean isHeld(MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        return segment.isNative()
                && (scope.equals(GLOBAL)
                        || (!segment.isAccessibleBy(ANOTHER)
                                && segment.isAccessibleBy(Thread.currentThread())
                                && scope.isAlive()));
    }

    /** Before anything is read: what does not fit into the caller's memory would be lost. */
    static void requireWritable(MemorySegment into, Connection source) {
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
