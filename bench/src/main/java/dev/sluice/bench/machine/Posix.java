package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The few functions of Linux's C library that the measurement needs and the JDK lacks. They are linked apart from the
 * library on purpose: a measurement must not depend on what it measures.
 */
final class Posix {
    /** The signatures of all of them, which a native image must know at build time. */
    static final List<FunctionDescriptor> SHAPES = List.of(
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private static final MethodHandle CLOCK_GETCPUCLOCKID = link("clock_getcpuclockid",
            SHAPES.get(0));
    private static final MethodHandle CLOCK_GETTIME = link("clock_gettime", SHAPES.get(0));
    private static final MethodHandle SCHED_SETAFFINITY = link("sched_setaffinity", SHAPES.get(1));

    private Posix() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(symbol, descriptor);
    }

    /** The id of a process's CPU clock into clockId; 0 or an errno (clock_getcpuclockid(3)). */
    static int clock_getcpuclockid(int pid, MemorySegment clockId) {
        try {
            return (int) CLOCK_GETCPUCLOCKID.invokeExact(pid, clockId);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The clock's time into a timespec, 16 bytes on a 64-bit system; 0 or -1. */
    static int clock_gettime(int clockId, MemorySegment timespec) {
        try {
            return (int) CLOCK_GETTIME.invokeExact(clockId, timespec);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The processors a thread may run on; 0 is the calling thread. 0 or -1. */
    static int sched_setaffinity(int threadId, long maskBytes, MemorySegment mask) {
        try {
            return (int) SCHED_SETAFFINITY.invokeExact(threadId, maskBytes, mask);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a downcall failed", e);
    }
}
