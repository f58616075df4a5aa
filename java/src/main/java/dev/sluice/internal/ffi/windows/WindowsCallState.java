package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.CallCounts;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Where the error codes of a native call are kept, as {@link dev.sluice.internal.ffi.CallState} does
 * it for errno: each call saves both codes of its thread into this memory before it returns. It
 * belongs to one thread at a time. A value is meaningful only right after a call that says by its
 * result that it failed.
 */
public final class WindowsCallState {
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long LAST_ERROR = offset("GetLastError");
    private static final long WSA_LAST_ERROR = offset("WSAGetLastError");

    private final MemorySegment segment;
    private final CallCounts calls = new CallCounts();

    /** Allocates the memory from {@code arena}, which decides about its lifetime and threads. */
    public WindowsCallState(Arena arena) {
        segment = arena.allocate(LAYOUT);
    }

    private static long offset(String name) {
        return LAYOUT.byteOffset(PathElement.groupElement(name));
    }

    /** The memory, as the bindings take it. */
    public MemorySegment segment() {
        return segment;
    }

    /** The counts of the calls that were given this state. */
    public CallCounts calls() {
        return calls;
    }

    /** What GetLastError would have said after the last call that was given this state. */
    public int getLastError() {
        return segment.get(ValueLayout.JAVA_INT, LAST_ERROR);
    }

    /** What WSAGetLastError would have said after the last call that was given this state. */
    public int wsaGetLastError() {
        return segment.get(ValueLayout.JAVA_INT, WSA_LAST_ERROR);
    }
}
