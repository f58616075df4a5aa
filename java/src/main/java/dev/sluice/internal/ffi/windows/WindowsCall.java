package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The call shape of Windows: ten integers, saving both error codes. A function with fewer parameters
 * is called with zeros after its own. On Windows x64 the first four parameters travel in general
 * registers and the others in 8-byte stack slots of the caller's, whatever integer they are; the
 * function does not look at those that it does not have.
 *
 * <p>{@code function} should come from a {@code static final} field and {@code callState} from {@link
 * WindowsCallState#segment}.
 *
 * <p>The handle is not final, on purpose. The JDK makes a slice of {@code callState} in each call;
 * compiled code removes it again only if all frames of the call are inlined. The compiler stops
 * inlining where it is too deep, or where it has seen too much code. A constant handle is inlined into
 * the caller, where that may happen: then each call costs 40 bytes of heap. A handle that is not
 * constant is compiled by itself and allocates nothing wherever it is called from; the JDK does so
 * after 127 calls.
 *
 * @see <a href="https://learn.microsoft.com/en-us/cpp/build/x64-calling-convention">x64 calling
 *     convention</a>
 */
@SuppressWarnings("FieldMayBeFinal")
final class WindowsCall {
    private static MethodHandle call =
            NativeLinker.shape(10, "GetLastError", "WSAGetLastError");

    /** Calls so far of all threads, roughly; counted only where assertions are on, for a test. */
    private static long calls;

    /** Receives each call if assertions are on, for a test; null while no test listens. */
    static volatile @Nullable Listener listener;

    /** Learns of a call before it is made. */
    interface Listener {
        /** The first three arguments; 0 for those that the function does not have. */
        void called(MemorySegment function, long a, long b, long c);
    }

    private WindowsCall() {}

    static long calls() {
        return calls;
    }

    private static boolean counted(MemorySegment function, long a, long b, long c) {
        calls++;
        Listener present = listener;
        if (present != null) {
            present.called(function, a, b, c);
        }
        return true;
    }

    static long call(MemorySegment function, MemorySegment callState, long a) {
        return call(function, callState, a, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b) {
        return call(function, callState, a, b, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b, long c) {
        return call(function, callState, a, b, c, 0, 0, 0, 0, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d) {
        return call(function, callState, a, b, c, d, 0, 0, 0, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e) {
        return call(function, callState, a, b, c, d, e, 0, 0, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f) {
        return call(function, callState, a, b, c, d, e, f, 0, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g) {
        return call(function, callState, a, b, c, d, e, f, g, 0, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h) {
        return call(function, callState, a, b, c, d, e, f, g, h, 0, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h, long i) {
        return call(function, callState, a, b, c, d, e, f, g, h, i, 0);
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h, long i, long j) {
        assert counted(function, a, b, c);
        try {
            return (long) call.invokeExact(function, callState, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }
}
