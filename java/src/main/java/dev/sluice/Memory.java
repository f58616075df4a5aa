package dev.sluice;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Decides which memory the kernel may be given. The kernel does not know of arenas: it writes into
 * memory that was freed meanwhile. So only memory is taken that is sure to outlive the operation.
 */
final class Memory {
    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    private Memory() {}

    /** The address of a segment that the kernel may write into. */
    static long writable(@Nullable Socket socket, MemorySegment segment, String operation) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException(
                    operation + " into read-only memory: pass a writable segment");
        }
        if (segment.byteSize() == 0) {
            throw new IllegalArgumentException(
                    operation + " into a buffer without room: use Poll to wait for readiness");
        }
        return readable(socket, segment, operation);
    }

    /** The address of a segment that the kernel may read. */
    static long readable(@Nullable Socket socket, MemorySegment segment, String operation) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    operation
                            + " with heap memory, which the garbage collector moves: use"
                            + " port.allocate() or Arena.global()");
        }
        assert socket != null : "memory is checked for a socket's port";
        MemorySegment.Scope scope = segment.scope();
        if (!scope.equals(socket.port().memoryScope()) && !scope.equals(GLOBAL)) {
            throw new IllegalArgumentException(
                    operation
                            + " with memory of an arena that may close before the kernel is done"
                            + (scope.isAlive() ? "" : " (it is closed already)")
                            + ": use port.allocate(), a buffer of the pool, or Arena.global()");
        }
        return segment.address();
    }
}
