package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The call shapes of Windows: one handle for each number of parameters, all saving both error codes.
 *
 * <p>{@link NativeLinker} explains why one shape serves all functions of a parameter count. On
 * Windows x64 the first four parameters travel in general registers and the others in 8-byte stack
 * slots, whatever integer they are. Each handle lies in a class of its own, so that it is linked when
 * it is first called. {@code function} should come from a {@code static final} field and {@code
 * callState} from {@link WindowsCallState#segment}.
 */
final class WindowsCall {
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
        assert counted(function, a, 0, 0);
        try {
            return (long) One.CALL.invokeExact(function, callState, a);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b) {
        assert counted(function, a, b, 0);
        try {
            return (long) Two.CALL.invokeExact(function, callState, a, b);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(MemorySegment function, MemorySegment callState, long a, long b, long c) {
        assert counted(function, a, b, c);
        try {
            return (long) Three.CALL.invokeExact(function, callState, a, b, c);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d) {
        assert counted(function, a, b, c);
        try {
            return (long) Four.CALL.invokeExact(function, callState, a, b, c, d);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d,
            long e) {
        assert counted(function, a, b, c);
        try {
            return (long) Five.CALL.invokeExact(function, callState, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f) {
        assert counted(function, a, b, c);
        try {
            return (long) Six.CALL.invokeExact(function, callState, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g) {
        assert counted(function, a, b, c);
        try {
            return (long) Seven.CALL.invokeExact(function, callState, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h) {
        assert counted(function, a, b, c);
        try {
            return (long) Eight.CALL.invokeExact(function, callState, a, b, c, d, e, f, g, h);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h, long i) {
        assert counted(function, a, b, c);
        try {
            return (long) Nine.CALL.invokeExact(function, callState, a, b, c, d, e, f, g, h, i);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    static long call(
            MemorySegment function, MemorySegment callState, long a, long b, long c, long d, long e,
            long f, long g, long h, long i, long j) {
        assert counted(function, a, b, c);
        try {
            return (long) Ten.CALL.invokeExact(function, callState, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable thrown) {
            throw NativeLinker.failure(thrown);
        }
    }

    private static MethodHandle shape(int parameters) {
        return NativeLinker.shape(parameters, "GetLastError", "WSAGetLastError");
    }

    private static final class One {
        private static final MethodHandle CALL = shape(1);
    }

    private static final class Two {
        private static final MethodHandle CALL = shape(2);
    }

    private static final class Three {
        private static final MethodHandle CALL = shape(3);
    }

    private static final class Four {
        private static final MethodHandle CALL = shape(4);
    }

    private static final class Five {
        private static final MethodHandle CALL = shape(5);
    }

    private static final class Six {
        private static final MethodHandle CALL = shape(6);
    }

    private static final class Seven {
        private static final MethodHandle CALL = shape(7);
    }

    private static final class Eight {
        private static final MethodHandle CALL = shape(8);
    }

    private static final class Nine {
        private static final MethodHandle CALL = shape(9);
    }

    private static final class Ten {
        private static final MethodHandle CALL = shape(10);
    }
}
