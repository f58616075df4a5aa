package dev.sluice;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Decides which memory the kernel may get. The kernel does not know of arenas and writes into memory
 * that was freed meanwhile. So an operation takes only memory that outlives it for sure: of the port's
 * pool, of {@link PortMemory}, which counts its operations, or of the global arena.
 */
final class Memory {
    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    private static final String WITHOUT_ROOM =
            " into a buffer of 0 bytes: use Readiness to wait until a socket is readable";

    /** Stands for any other thread, which cannot access memory of a confined arena. */
    private static final Thread ANOTHER = Thread.ofVirtual().unstarted(() -> {});

    private Memory() {}

    // ---- for calls that return at once ---------------------------------------------------------

    /**
     * True if no other thread can free the segment during one non-blocking call: no thread ever can,
     * or only the port after such calls have ended, or only the calling thread, which is in the call.
     */
    static boolean isHeld(NativeSocket socket, MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        CompletionPort port = socket.port();
        return scope.equals(port.memoryScope())
                || scope.equals(GLOBAL)
                || (port.isOwner() && port.memories().of(segment) != null)
                || !segment.isAccessibleBy(ANOTHER);
    }

    /** Refuses memory that no system call can take, or that the calling thread must not use. */
    static void requireUsable(MemorySegment segment, String operation) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("cannot " + operation
                    + " with heap memory, which the kernel cannot use: take memory of an arena");
        }
        requireAccessible(segment, operation);
    }

    /** Refuses memory that the calling thread must not use; heap memory passes. */
    static void requireAccessible(MemorySegment segment, String operation) {
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("cannot " + operation + " on " + Thread.currentThread()
                    + " with memory of an arena that is confined to another thread: use"
                    + " Arena.ofShared() or port.allocate()");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("cannot " + operation
                    + " with memory that was released or of an arena that is closed: call"
                    + " port.allocate() for new memory");
        }
    }

    /** Refuses memory that {@link #requireUsable} refuses, and memory without room for a result. */
    static void requireWritable(
            NativeSocket socket, MemorySegment segment, long length, String operation) {
        requireUsable(segment, operation);
        if (length == 0 && socket.type().isConnectionOriented()) {
            // The kernel would return 0, as at the end of the stream.
            throw new IllegalArgumentException("cannot " + operation + WITHOUT_ROOM);
        }
        refuseReadOnly(segment, operation);
    }

    private static void refuseReadOnly(MemorySegment segment, String operation) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("cannot " + operation
                    + " into read-only memory: pass a writable segment");
        }
    }

    // ---- for operations ------------------------------------------------------------------------

    /** Checks memory that the kernel shall write into; returns what {@link #checkReadable} does. */
    static @Nullable PortMemory checkWritable(
            NativeSocket socket, MemorySegment segment, String operation) {
        refuseReadOnly(segment, operation);
        if (segment.byteSize() == 0) {
            throw new IllegalArgumentException("cannot " + operation + WITHOUT_ROOM);
        }
        return checkReadable(socket, segment, operation);
    }

    /**
     * Checks memory that the kernel shall read.
     *
     * @return the memory whose release waits for the operation; null for pooled and global memory
     */
    static @Nullable PortMemory checkReadable(
            NativeSocket socket, MemorySegment segment, String operation) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("cannot " + operation
                    + " with heap memory, which the garbage collector moves: use port.allocate()"
                    + " or Arena.global()");
        }
        MemorySegment.Scope scope = segment.scope();
        CompletionPort port = socket.port();
        if (scope.equals(port.memoryScope())) {
            refuseUnheld(port, segment, operation);
            return null;
        }
        if (scope.equals(GLOBAL)) {
            return null;
        }
        PortMemory memory = port.memories().of(segment);
        if (memory != null) {
            memory.requireHeld(operation);
            return memory;
        }
        if (!scope.isAlive()) {
            throw new IllegalStateException("cannot " + operation
                    + " with memory that was released or of an arena that is closed: call"
                    + " port.allocate() for new memory");
        }
        throw new IllegalArgumentException("cannot " + operation
                + " with memory of an arena that may close before the kernel is done: use"
                + " port.allocate(), a buffer of the pool, or Arena.global()");
    }

    private static void refuseUnheld(
            CompletionPort port, MemorySegment segment, String operation) {
        if (port.engine().pool().isUnheld(segment.address())) {
            throw new IllegalStateException("cannot " + operation
                    + " with memory of a pooled buffer that was released: take another buffer");
        }
    }
}
