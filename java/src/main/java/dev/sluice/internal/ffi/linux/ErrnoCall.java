package dev.sluice.internal.ffi.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The call shape of Linux: seven integers, saving {@code errno}. A function with fewer parameters is
 * called with zeros after its own: they lie in registers, or in a stack slot of the caller's, at
 * which it does not look. One shape instead of seven saves 3 MiB of memory and
 * some 5 ms of time for each at start.
 *
 * <p>{@code function} should come from a {@code static final} field and {@code callState} from {@link
 * CallState#segment}.
 *
 * <p>The handle is not final, on purpose. The JDK makes a slice of {@code callState} in each call;
 * compiled code removes it again only if all frames of the call are inlined, and the compiler
 * inlines no more than 15 deep. A constant handle is inlined into the caller, where that depth may
 * be used up: then each message costs 40 bytes of heap. A handle that is not constant is compiled
 * by itself, at depth zero; the JDK does so after 127 calls. This costs about 2 ns a call and
 * allocates nothing wherever it is called from.
 */
@SuppressWarnings("FieldMayBeFinal")
final class ErrnoCall {
    private static MethodHandle call = NativeLinker.shape(7, "errno");

    private ErrnoCall() {}

    static long call(MemorySegment function, MemorySegment callState, long a) {
        return call(function, callState, a, 0, 0, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b) {
        return call(function, callState, a, b, 0, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b, long c) {
        return call(function, callState, a, b, c, 0, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d) {
        return call(function, callState, a, b, c, d, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e) {
        return call(function, callState, a, b, c, d, e, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e, long f) {
        return call(function, callState, a, b, c, d, e, f, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e, long f, long g) {
        try {
            return (long) call.invokeExact(function, callState, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }
}
