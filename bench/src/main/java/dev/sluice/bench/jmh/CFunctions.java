package dev.sluice.bench.jmh;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * One C function, linked in every available way: abs(3), which does nothing, so that only the call
 * is left. Apart from the library's binding on purpose: the library chose among these ways.
 */
final class CFunctions {
    /** The segment for errno; one thread at a time. */
    static final MemorySegment STATE = state();

    static final MethodHandle ABS_PLAIN = abs();
    static final MethodHandle ABS_CAPTURED = abs(Linker.Option.captureCallState("errno"));
    static final MethodHandle ABS_CRITICAL = abs(Linker.Option.critical(false));
    static final MethodHandle ABS_CRITICAL_CAPTURED = abs(Linker.Option.critical(false),
            Linker.Option.captureCallState("errno"));

    private CFunctions() {}

    private static MemorySegment state() {
        MemoryLayout layout = Linker.Option.captureStateLayout();
        return Arena.global().allocate(layout);
    }

    private static MethodHandle abs(Linker.Option... options) {
        return link("abs", FunctionDescriptor.of(JAVA_INT, JAVA_INT), options);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
