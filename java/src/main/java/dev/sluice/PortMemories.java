package dev.sluice;

import dev.sluice.internal.engine.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The memory that was allocated for one port and not yet freed, found by the scope of its segments.
 * All of it belongs to the port's thread.
 */
final class PortMemories {
    private static final long ALIGNMENT = 64;

    private final CompletionPort port;
    private final Engine engine;
    private final Map<MemorySegment.Scope, PortMemory> byScope = new HashMap<>();

    PortMemories(CompletionPort port, Engine engine) {
        this.port = port;
        this.engine = engine;
    }

    PortMemory allocate(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("allocate " + bytes + " bytes: use 1 or more");
        }
        Arena arena = Arena.ofShared();
        try {
            PortMemory made = new PortMemory(this, arena, arena.allocate(bytes, ALIGNMENT));
            byScope.put(arena.scope(), made);
            return made;
        } catch (OutOfMemoryError none) {
            arena.close();
            throw none;
        }
    }

    /** The memory that a segment is a part of, or null if it is none of this port's. */
    @Nullable
    PortMemory of(MemorySegment segment) {
        return byScope.get(segment.scope());
    }

    /**
     * Frees memory that no pending operation refers to.
     *
     * @throws IllegalStateException if another thread is in the middle of an access
     */
    void free(PortMemory memory) {
        if (engine.failure() != null || !byScope.containsKey(memory.scope())) {
            // A failed port's kernel may still use it: the close decides. A closed port has freed it.
            return;
        }
        try {
            memory.arena().close();
        } catch (IllegalStateException accessed) {
            throw new IllegalStateException("cannot release " + memory
                    + ": another thread is reading or writing it; release it afterwards", accessed);
        }
        byScope.remove(memory.scope());
    }

    /** As {@link #free}; memory that a thread is accessing now is freed when the port closes. */
    void freeLater(PortMemory memory) {
        try {
            free(memory);
        } catch (IllegalStateException accessed) {
            assert byScope.containsKey(memory.scope()) : "neither freed nor kept: " + memory;
        }
    }

    /** Frees everything when the port has ended, unless the kernel may still use it. */
    void freeAll(Failures failures) {
        if (engine.arena().scope().isAlive()) {
            // A failed port whose memory is never freed: see PortEnd.
            return;
        }
        List<PortMemory> left = new ArrayList<>(byScope.values());
        byScope.clear();
        for (PortMemory memory : left) {
            try {
                memory.arena().close();
            } catch (IllegalStateException accessed) {
                failures.add(accessed);
            }
        }
    }

    void requireOwner(String action) {
        port.requireOwner(action);
    }
}
