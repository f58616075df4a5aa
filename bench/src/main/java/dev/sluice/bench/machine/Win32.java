package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of Windows that the measurement needs and the JDK lacks, linked apart from the
 * library as those of {@link Posix} are. Handles are numbers; each call takes memory for what
 * GetLastError answers after it.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/">Microsoft: Windows API
 *     index</a>
 */
final class Win32 {
    /** The pseudo handle of GetCurrentThread. */
    static final long CURRENT_THREAD = -2;

    static final int PROCESS_SET_INFORMATION = 0x0200;
    static final int PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;

    /** The signatures, apart from the functions, which other systems lack. */
    static final class Shapes {
        static final FunctionDescriptor INT_OF_LONG =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
        static final FunctionDescriptor INT_OF_LONG_ADDRESS =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS);
        static final FunctionDescriptor INT_OF_TWO_ADDRESSES =
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
        static final FunctionDescriptor LONG_OF_THREE_INTS =
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
        static final FunctionDescriptor PROCESS_TIMES = FunctionDescriptor.of(JAVA_INT,
                JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        static final FunctionDescriptor SYSTEM_TIMES =
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        static final FunctionDescriptor THREAD_MASK =
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final FunctionDescriptor PROCESS_MASK =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
        static final FunctionDescriptor MEMORY_INFO =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT);
        static final FunctionDescriptor SYSTEM_INFORMATION =
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
        static final FunctionDescriptor REGISTRY_VALUE = FunctionDescriptor.of(JAVA_INT,
                JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

        /** The signatures of all of them, which a native image must know at build time. */
        static final List<FunctionDescriptor> ALL = List.of(INT_OF_LONG, INT_OF_LONG_ADDRESS,
                INT_OF_TWO_ADDRESSES, LONG_OF_THREE_INTS, PROCESS_TIMES, SYSTEM_TIMES, THREAD_MASK,
                PROCESS_MASK, MEMORY_INFO, SYSTEM_INFORMATION, REGISTRY_VALUE);

        private Shapes() {}
    }

    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("GetLastError");
    private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle LAST_ERROR =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("GetLastError"));

    private static final SymbolLookup KERNEL32 = library("kernel32");
    private static final SymbolLookup NTDLL = library("ntdll");
    private static final SymbolLookup ADVAPI32 = library("advapi32");

    private static final MethodHandle OPEN_PROCESS =
            link(KERNEL32, "OpenProcess", Shapes.LONG_OF_THREE_INTS);
    private static final MethodHandle CLOSE_HANDLE =
            link(KERNEL32, "CloseHandle", Shapes.INT_OF_LONG);
    private static final MethodHandle QUERY_PROCESS_CYCLE_TIME =
            link(KERNEL32, "QueryProcessCycleTime", Shapes.INT_OF_LONG_ADDRESS);
    private static final MethodHandle QUERY_THREAD_CYCLE_TIME =
            link(KERNEL32, "QueryThreadCycleTime", Shapes.INT_OF_LONG_ADDRESS);
    /** Wine lacks it. */
    private static final @Nullable MethodHandle QUERY_IDLE_PROCESSOR_CYCLE_TIME =
            KERNEL32.find("QueryIdleProcessorCycleTime").isPresent()
                    ? link(KERNEL32, "QueryIdleProcessorCycleTime", Shapes.INT_OF_TWO_ADDRESSES)
                    : null;
    private static final MethodHandle GET_PROCESS_TIMES =
            link(KERNEL32, "GetProcessTimes", Shapes.PROCESS_TIMES);
    private static final MethodHandle GET_SYSTEM_TIMES =
            link(KERNEL32, "GetSystemTimes", Shapes.SYSTEM_TIMES);
    private static final MethodHandle GET_THREAD_GROUP_AFFINITY =
            link(KERNEL32, "GetThreadGroupAffinity", Shapes.INT_OF_LONG_ADDRESS);
    private static final MethodHandle SET_THREAD_AFFINITY_MASK =
            link(KERNEL32, "SetThreadAffinityMask", Shapes.THREAD_MASK);
    private static final MethodHandle SET_PROCESS_AFFINITY_MASK =
            link(KERNEL32, "SetProcessAffinityMask", Shapes.PROCESS_MASK);
    private static final MethodHandle GET_PROCESS_MEMORY_INFO =
            link(KERNEL32, "K32GetProcessMemoryInfo", Shapes.MEMORY_INFO);
    private static final MethodHandle NT_QUERY_SYSTEM_INFORMATION =
            link(NTDLL, "NtQuerySystemInformation", Shapes.SYSTEM_INFORMATION);
    private static final MethodHandle REG_GET_VALUE =
            link(ADVAPI32, "RegGetValueW", Shapes.REGISTRY_VALUE);

    private Win32() {}

    @SuppressWarnings("restricted")
    private static SymbolLookup library(String name) {
        return SymbolLookup.libraryLookup(name, Arena.global());
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(SymbolLookup library, String name,
            FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor, CAPTURE);
    }

    /** True under Wine, which exports what Windows does not. */
    static boolean isWine() {
        return NTDLL.find("wine_get_version").isPresent();
    }

    /** Memory for the code of the last error. */
    static MemorySegment lastError(Arena arena) {
        return arena.allocate(CAPTURED);
    }

    /** The code that a call left in that memory. */
    static int code(MemorySegment lastError) {
        return (int) LAST_ERROR.get(lastError, 0L);
    }

    /** A handle, or 0. */
    static long openProcess(MemorySegment lastError, int access, long pid) {
        return (long) call(OPEN_PROCESS, lastError, access, 0, (int) pid);
    }

    static int closeHandle(MemorySegment lastError, long handle) {
        return (int) call(CLOSE_HANDLE, lastError, handle);
    }

    static int queryProcessCycleTime(MemorySegment lastError, long process, MemorySegment cycles) {
        return (int) call(QUERY_PROCESS_CYCLE_TIME, lastError, process, cycles);
    }

    static int queryThreadCycleTime(MemorySegment lastError, long thread, MemorySegment cycles) {
        return (int) call(QUERY_THREAD_CYCLE_TIME, lastError, thread, cycles);
    }

    /** The cycles of each processor of the calling thread's group while it was idle; 0 if it fails. */
    static int queryIdleProcessorCycleTime(MemorySegment lastError, MemorySegment bytes,
            MemorySegment cycles) {
        if (QUERY_IDLE_PROCESSOR_CYCLE_TIME == null) {
            return 0;
        }
        return (int) call(QUERY_IDLE_PROCESSOR_CYCLE_TIME, lastError, bytes, cycles);
    }

    /** Times in units of 100 ns. */
    static int getProcessTimes(MemorySegment lastError, long process, MemorySegment created,
            MemorySegment exited, MemorySegment kernel, MemorySegment user) {
        return (int) call(GET_PROCESS_TIMES, lastError, process, created, exited, kernel, user);
    }

    /** Times in units of 100 ns; that of the kernel includes the idle one. */
    static int getSystemTimes(MemorySegment lastError, MemorySegment idle, MemorySegment kernel,
            MemorySegment user) {
        return (int) call(GET_SYSTEM_TIMES, lastError, idle, kernel, user);
    }

    /** A GROUP_AFFINITY: the mask, then the number of the group. */
    static int getThreadGroupAffinity(MemorySegment lastError, long thread,
            MemorySegment affinity) {
        return (int) call(GET_THREAD_GROUP_AFFINITY, lastError, thread, affinity);
    }

    /** The mask before; 0 if it fails. */
    static long setThreadAffinityMask(MemorySegment lastError, long thread, long mask) {
        return (long) call(SET_THREAD_AFFINITY_MASK, lastError, thread, mask);
    }

    static int setProcessAffinityMask(MemorySegment lastError, long process, long mask) {
        return (int) call(SET_PROCESS_AFFINITY_MASK, lastError, process, mask);
    }

    /** A PROCESS_MEMORY_COUNTERS. */
    static int getProcessMemoryInfo(MemorySegment lastError, long process,
            MemorySegment counters) {
        return (int) call(GET_PROCESS_MEMORY_INFO, lastError, process, counters,
                (int) counters.byteSize());
    }

    /** An NTSTATUS. */
    static int ntQuerySystemInformation(MemorySegment lastError, int kind, MemorySegment into,
            MemorySegment bytes) {
        return (int) call(NT_QUERY_SYSTEM_INFORMATION, lastError, kind, into, (int) into.byteSize(),
                bytes);
    }

    /** A string's value with its closing zero; 0 or a code. */
    static int regGetString(MemorySegment lastError, long root, MemorySegment key,
            MemorySegment value, MemorySegment into, MemorySegment bytes) {
        return (int) call(REG_GET_VALUE, lastError, root, key, value, 2, MemorySegment.NULL, into,
                bytes); // RRF_RT_REG_SZ
    }

    /** Not exact, as none of these calls is made while a server is measured. */
    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a downcall failed", e);
        }
    }
}
