package dev.sluice.internal.ffi.linux;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The call shape of {@code syscall(2)} with a pointer to memory of the heap as the second argument of
 * the system call. It is linked when a program first reads or writes a large array.
 *
 * <p>The handle is not final, as that of {@link ErrnoCall}: a call allocates nothing if the caller has
 * made the segment before.
 */
@SuppressWarnings("FieldMayBeFinal")
final class HeapCall {
    private static MethodHandle call = NativeLinker.heapShape("errno");

    private HeapCall() {}

    static long call(
            MemorySegment function, MemorySegment callState, long number, long a,
            MemorySegment heap, long c, long d) {
        try {
            return (long) call.invokeExact(function, callState, number, a, heap, c, d, 0L, 0L);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }
}
