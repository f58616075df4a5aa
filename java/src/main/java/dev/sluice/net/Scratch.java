package dev.sluice.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Native memory between a system call and an array of the user's, borrowed for one call that does not
 * wait. So there are as many as threads really run, and they stay in the cache; a connection that
 * waits has none.
 */
final class Scratch {
    static final int BYTES = 64 * 1024;

    private static final int KEPT = 64;

    private static final AtomicReferenceArray<@Nullable Scratch> IDLE =
            new AtomicReferenceArray<>(KEPT);

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);
    private int place;

    private Scratch() {}

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
        Scratch made = new Scratch();
        made.place = (int) Thread.currentThread().threadId() & (KEPT - 1);
        return made;
    }

    void giveBack() {
        IDLE.lazySet(place, this);
    }

    MemorySegment first(int bytes) {
        return memory.asSlice(0, bytes);
    }

    MemorySegment memory() {
        return memory;
    }
}
