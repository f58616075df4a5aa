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

    private static final String WITHOUT_ROOM =
            " into a buffer without room: use Poll to wait for readiness";

    private Memory() {}

    /** Stands for any other thread: the memory of a confined arena is not for it. */
    private static final Thread ANOTHER = Thread.ofVirtual().unstarted(() -> {});

    /**
     * Whether nobody can free this memory, which is usable, while a call that does not wait has it:
     * nobody ever can, or the port when its guests have left, or the calling thread alone, which is in
     * the call.
     */
    static boolean isHeld(NativeSocket socket, MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        return scope.equals(socket.port().memoryScope())
                || scope.equals(GLOBAL)
                || !segment.isAccessibleBy(ANOTHER);
    }

    /** Refuses memory that no system call can have, or that the calling thread must not use. */
    static void requireUsable(MemorySegment segment, String operation) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    operation
                            + " with heap memory, which cannot be given to the system: use an arena");
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException(
                    operation + " on " + Thread.currentThread()
                            + " with memory of an arena that is confined to another thread");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException(operation + " with memory of an arena that is closed");
        }
    }

    /** As above, for memory of which the system shall write into as many bytes. */
    static void requireWritable(
            NativeSocket socket, MemorySegment segment, long length, String operation) {
        requireUsable(segment, operation);
        if (length == 0 && socket.type().isStream()) {
            // The system would answer 0, as at the end of the stream.
            throw new IllegalArgumentException(operation + WITHOUT_ROOM);
        }
        refuseReadOnly(segment, operation);
    }

    private static void refuseReadOnly(MemorySegment segment, String operation) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException(
                    operation + " into read-only memory: pass a writable segment");
        }
    }

    /** The address of a segment that the kernel may write into. */
    static long writable(@Nullable NativeSocket socket, MemorySegment segment, String operation) {
        refuseReadOnly(segment, operation);
        if (segment.byteSize() == 0) {
            throw new IllegalArgumentException(operation + WITHOUT_ROOM);
        }
        return readable(socket, segment, operation);
    }

    /** The address of a segment that the kernel may read. */
    static long readable(@Nullable NativeSocket socket, MemorySegment segment, String operation) {
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
        if (socket.port().engine().pool().isUnheld(segment.address())) {
            throw new IllegalStateException(
                    operation + " with memory of a pooled buffer that was released: take another");
        }
        return segment.address();
    }
}
