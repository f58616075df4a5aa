package dev.sluice.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Optional;

/**
 * Links C functions by the number of their parameters alone.
 *
 * <p>Every function that Sluice binds takes and returns only integers and pointers, all of which
 * travel in general registers (or in 8-byte stack slots). So a function with N parameters is called
 * as {@code long f(long, ... N times)}, whatever the C prototype says:
 *
 * <ul>
 *   <li>A pointer is a {@code long} address.
 *   <li>A C {@code int} argument is passed sign-extended. The callee reads the low 32 bits only: the
 *       upper half of a register that carries a 32-bit argument is unspecified in the System V
 *       x86-64 ABI, in AAPCS64 and in the Windows x64 convention.
 *   <li>A C {@code int} result is the low half of the returned {@code long}; the caller casts with
 *       {@code (int)}, which drops the unspecified upper half.
 *   <li>Variadic functions ({@code fcntl}, {@code ioctl}, {@code syscall}) are called the same way:
 *       with no floating-point argument, Linux on both architectures passes variadic arguments where
 *       it passes named ones.
 * </ul>
 *
 * <p>The reason is start-up time: the JDK spends about 5 ms to link each distinct shape and 0.2 ms
 * for a shape that it has seen. Since arguments that a function does not have do no harm, one shape is
 * enough for all functions of a system. For the same reason the handles are not bound to a function:
 * the address is their first argument.
 *
 * <p>{@code Linker.Option.critical} is used only for memory of the heap, which {@link #heapShape}
 * explains. Elsewhere it saves about a nanosecond of a call that costs hundreds.
 */
public final class NativeLinker {
    private static final Linker LINKER = Linker.nativeLinker();

    private NativeLinker() {}

    /**
     * Links the shape of all functions with {@code parameters} parameters.
     *
     * @param parameters the number of C parameters
     * @param capturedStates the names of the thread's states that are saved right after the call:
     *     {@code errno}, or on Windows {@code GetLastError} and {@code WSAGetLastError}
     * @return a handle of type {@code (MemorySegment function, MemorySegment callState, long...
     *     parameters times) -> long}; {@code callState} is {@link CallState#segment}
     */
    @SuppressWarnings("restricted")
    public static MethodHandle shape(int parameters, String... capturedStates) {
        MemoryLayout[] longs = new MemoryLayout[parameters];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return LINKER.downcallHandle(
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs),
                Linker.Option.captureCallState(capturedStates));
    }

    /**
     * Links the shape of functions with seven parameters of which the third points to memory of the
     * heap. The thread does not leave Java for the call: the collector waits for its end and so moves
     * nothing meanwhile. So such a call must not wait, and must move few bytes.
     *
     * @param capturedStates as of {@link #shape}
     * @return a handle as of {@link #shape}, with a {@code MemorySegment} as the third C parameter
     */
    @SuppressWarnings("restricted")
    public static MethodHandle heapShape(String... capturedStates) {
        MemoryLayout[] layouts = new MemoryLayout[7];
        Arrays.fill(layouts, ValueLayout.JAVA_LONG);
        layouts[2] = ValueLayout.ADDRESS;
        return LINKER.downcallHandle(
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts),
                Linker.Option.captureCallState(capturedStates), Linker.Option.critical(true));
    }

    /**
     * The address of a function of the C library.
     *
     * @throws UnsatisfiedLinkError when the C library of this machine has no such function
     */
    public static MemorySegment function(String name) {
        return findFunction(name).orElseThrow(
                () -> new UnsatisfiedLinkError("The C library has no function " + name));
    }

    /**
     * The address of a function of another library, which is loaded by name and stays loaded.
     *
     * @throws UnsatisfiedLinkError when this machine has no such library, or it no such function
     */
    @SuppressWarnings("restricted")
    public static MemorySegment function(String library, String name) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global()).find(name).orElseThrow(
                    () -> new UnsatisfiedLinkError(library + " has no function " + name));
        } catch (IllegalArgumentException notThere) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("No library " + library);
            error.initCause(notThere);
            throw error;
        }
    }

    /** The address of a function that older C libraries lack. */
    public static Optional<MemorySegment> findFunction(String name) {
        return LINKER.defaultLookup().find(name);
    }

    /**
     * What a wrapper throws when {@code invokeExact} itself throws, which a C function cannot cause:
     * it means a wrong argument type in the wrapper or a closed or foreign call state segment.
     */
    public static RuntimeException failure(Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            return exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("A native call threw a checked exception", thrown);
    }
}
