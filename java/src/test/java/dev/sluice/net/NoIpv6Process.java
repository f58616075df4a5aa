package dev.sluice.net;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Listens at every address where socket(AF_INET6) fails with EAFNOSUPPORT, as in a kernel that was
 * started with ipv6.disable=1. A filter of seccomp(2) on this process causes that failure.
 */
final class NoIpv6Process {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SYS_SECCOMP = 317;
    private static final int SYS_SOCKET = 41;
    private static final int AF_INET6 = 10;
    private static final int EAFNOSUPPORT = 97;
    private static final int RET_ALLOW = 0x7FFF_0000;
    private static final int RET_ERRNO = 0x0005_0000;
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    private NoIpv6Process() {}

    public static void main(String... arguments) throws Throwable {
        refuseIpv6();
        for (GroupKind kind : GroupKind.all()) {
            try (PortGroup group = kind.open(1)) {
                OwnNetworkProcess.everywhere(kind.toString(), group);
            }
        }
        System.out.println("tried");
        System.exit(0);
    }

    /** Offsets within struct seccomp_data: 0 the number of the call, 16 its first argument. */
    @SuppressWarnings("restricted") // Two calls of libc, which the library does not bind.
    private static void refuseIpv6() throws Throwable {
        long[] program = {
            instruction(LOAD_WORD, 0, 0, 0),
            instruction(JUMP_EQUAL, 0, 3, SYS_SOCKET),
            instruction(LOAD_WORD, 0, 0, 16),
            instruction(JUMP_EQUAL, 0, 1, AF_INET6),
            instruction(RETURN, 0, 0, RET_ERRNO | EAFNOSUPPORT),
            instruction(RETURN, 0, 0, RET_ALLOW)};
        Linker linker = Linker.nativeLinker();
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(1));
        MethodHandle prctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocateFrom(ValueLayout.JAVA_LONG, program);
            MemorySegment header = arena.allocate(16, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) program.length);
            header.set(ValueLayout.ADDRESS, 8, filter);
            int first = (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
            // SECCOMP_SET_MODE_FILTER for all threads, SECCOMP_FILTER_FLAG_TSYNC.
            long second = (long) syscall.invokeExact((long) SYS_SECCOMP, 1L, 1L, header);
            if (first != 0 || second != 0) {
                throw new AssertionError("seccomp: " + first + ", " + second);
            }
        }
    }

    /** struct sock_filter: the code, two jumps of a byte each, and a value. */
    private static long instruction(int code, int whenTrue, int whenFalse, int value) {
        return code | (long) whenTrue << 16 | (long) whenFalse << 24 | (long) value << 32;
    }
}
