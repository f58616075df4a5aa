package dev.sluice.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Where the error number of a native call is kept.
 *
 * <p>The virtual machine may change {@code errno} between a native call and the next Java
 * instruction, so a call saves it into this memory before it returns. The memory belongs to one
 * thread at a time, as {@code errno} does: each port has its own, and none is static. A value is
 * meaningful only right after a call whose result says that it failed.
 *
 * <p>The arena should be confined to the calling thread or global: a shared arena costs two atomic
 * operations on every native call, because the call keeps the arena from closing meanwhile.
 */
public final class CallState {
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = offsetOfErrno();

    private final MemorySegment segment;
    private final CallCounts calls = new CallCounts();

    /** Allocates the memory from {@code arena}, which decides about its lifetime and threads. */
    public CallState(Arena arena) {
        segment = arena.allocate(LAYOUT);
    }

    /** A path of the layout finds it too, with method handles that a start would wait for. */
    private static long offsetOfErrno() {
        long offset = 0;
        for (MemoryLayout member : LAYOUT.memberLayouts()) {
            if (member.name().orElse("").equals("errno")) {
                return offset;
            }
            offset += member.byteSize();
        }
        throw new IllegalStateException("no errno in " + LAYOUT);
    }

    /** The memory, as the bindings take it. */
    public MemorySegment segment() {
        return segment;
    }

    /** The counts of the calls that were given this state. */
    public CallCounts calls() {
        return calls;
    }

    /** The {@code errno} of the last call that was given this state. */
    public int errno() {
        return segment.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }
}
