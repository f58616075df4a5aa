package dev.sluice.internal.ffi.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Leaves this process without a free descriptor, and gives single ones back. All of the JVM feels
 * it: while it holds, no class may be loaded from a folder for the first time.
 */
public final class DescriptorLimit implements AutoCloseable {
    private static final int SPARE = 8;

    private final Arena arena = Arena.ofConfined();
    private final CallState callState = new CallState(arena);
    private final long rlimit = arena.allocate(Rlimit.SIZE, Long.BYTES).address();
    private final Deque<Integer> fillers = new ArrayDeque<>();
    private final long softBefore;

    /** Lowers the soft limit to a little above what is open, and opens what is left. */
    public DescriptorLimit() {
        ok(LibcSystem.getrlimit(state(), SystemConstants.RLIMIT_NOFILE, rlimit));
        softBefore = Memory.getLong(rlimit + Rlimit.RLIM_CUR);
        setSoftLimit(highestOpen() + SPARE);
        int fd = open();
        while (fd >= 0) {
            fillers.push(fd);
            fd = open();
        }
        if (callState.errno() != Errno.EMFILE) {
            int errno = callState.errno();
            close();
            throw new IllegalStateException("errno " + errno + " where EMFILE was expected");
        }
    }

    private static int highestOpen() {
        String[] names = new File("/proc/self/fd").list();
        if (names == null) {
            throw new IllegalStateException("/proc/self/fd cannot be listed");
        }
        int highest = 0;
        for (String name : names) {
            highest = Math.max(highest, Integer.parseInt(name));
        }
        return highest;
    }

    private MemorySegment state() {
        return callState.segment();
    }

    private int open() {
        return Libc.eventfd(state(), 0, EpollConstants.EFD_CLOEXEC);
    }

    private void setSoftLimit(long descriptors) {
        Memory.setLong(rlimit + Rlimit.RLIM_CUR, descriptors);
        ok(LibcSystem.setrlimit(state(), SystemConstants.RLIMIT_NOFILE, rlimit));
    }

    private void ok(int result) {
        if (result < 0) {
            throw new IllegalStateException("errno " + callState.errno());
        }
    }

    /** Returns how many descriptors {@link #freeOne} can still free. */
    public int held() {
        return fillers.size();
    }

    /** Gives one descriptor back to the process. */
    public void freeOne() {
        ok(Libc.close(state(), fillers.pop()));
    }

    @Override
    public void close() {
        while (!fillers.isEmpty()) {
            freeOne();
        }
        setSoftLimit(softBefore);
        arena.close();
    }
}
