package dev.sluice.internal.ffi.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The call shapes of Linux: one handle for each number of parameters, all saving {@code errno}.
 *
 * <p>Why one shape serves all functions of a parameter count is told in {@link NativeLinker}. Each
 * lies in a class of its own, so that it is linked when it is first called. {@code function} should
 * come from a {@code static final} field and {@code callState} from {@link CallState#segment}.
 *
 * <p>The handles are not final, on purpose. The JDK makes a slice of {@code callState} in each call;
 * compiled code removes it again only if all frames of the call are inlined, and the compiler
 * inlines no more than 15 deep. A constant handle is inlined into the caller, where that depth may
 * be used up: then each message costs 40 bytes of heap. A handle that is not constant is compiled
 * by itself, at depth zero; the JDK does so after 127 calls. This costs about 2 ns a call and
 * allocates nothing wherever it is called from.
 */
@SuppressWarnings("FieldMayBeFinal")
final class ErrnoCall {
    private ErrnoCall() {}

    static long call(MemorySegment function, MemorySegment callState, long a) {
        try {
            return (long) One.CALL.invokeExact(function, callState, a);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b) {
        try {
            return (long) Two.CALL.invokeExact(function, callState, a, b);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b, long c) {
        try {
            return (long) Three.CALL.invokeExact(function, callState, a, b, c);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d) {
        try {
            return (long) Four.CALL.invokeExact(function, callState, a, b, c, d);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e) {
        try {
            return (long) Five.CALL.invokeExact(function, callState, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e, long f) {
        try {
            return (long) Six.CALL.invokeExact(function, callState, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e, long f, long g) {
        try {
            return (long) Seven.CALL.invokeExact(function, callState, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    private static MethodHandle shape(int parameters) {
        return NativeLinker.shape(parameters, "errno");
    }

    private static final class One {
        private static MethodHandle CALL = shape(1);
    }

    private static final class Two {
        private static MethodHandle CALL = shape(2);
    }

    private static final class Three {
        private static MethodHandle CALL = shape(3);
    }

    private static final class Four {
        private static MethodHandle CALL = shape(4);
    }

    private static final class Five {
        private static MethodHandle CALL = shape(5);
    }

    private static final class Six {
        private static MethodHandle CALL = shape(6);
    }

    private static final class Seven {
        private static MethodHandle CALL = shape(7);
    }
}
