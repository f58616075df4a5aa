package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The threads of processes as NtQuerySystemInformation lists them: for each process a
 * SYSTEM_PROCESS_INFORMATION, and behind it a SYSTEM_THREAD_INFORMATION for each thread, on 64-bit
 * Windows. Under Wine they are not aligned, since names of any length lie between them.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winternl/">Microsoft:
 *     NtQuerySystemInformation</a>
 */
final class ProcessThreads {
    private static final int SYSTEM_PROCESS_INFORMATION = 5;
    private static final int INFO_LENGTH_MISMATCH = 0xC000_0004;
    private static final int FIRST_BYTES = 1 << 20;
    private static final int MOST_BYTES = 1 << 28;

    // Of a process.
    private static final long NEXT_OFFSET = 0;
    private static final long THREADS = 4;
    private static final long PROCESS_ID = 80;
    private static final long FIRST_THREAD = 256;

    // Of a thread.
    private static final long THREAD_ID = 48;
    private static final long CONTEXT_SWITCHES = 64;
    private static final long THREAD_BYTES = 80;

    private ProcessThreads() {}

    static ContextSwitches switches(long pid) throws IOException {
        for (int bytes = FIRST_BYTES; bytes <= MOST_BYTES; bytes *= 2) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment list = arena.allocate(bytes, 8);
                int status = Win32.ntQuerySystemInformation(Win32.lastError(arena),
                        SYSTEM_PROCESS_INFORMATION, list, arena.allocate(JAVA_INT));
                if (status >= 0) {
                    return find(list, pid);
                }
                if (status != INFO_LENGTH_MISMATCH) {
                    throw new IOException("NtQuerySystemInformation failed with status "
                            + Integer.toHexString(status));
                }
            }
        }
        throw new IOException("the list of processes is larger than " + MOST_BYTES + " bytes");
    }

    /** Visible for tests. */
    static ContextSwitches find(MemorySegment list, long pid) throws IOException {
        long next = 0;
        long at = 0;
        do {
            at += next;
            if (list.get(JAVA_LONG_UNALIGNED, at + PROCESS_ID) == pid) {
                return threads(list.asSlice(at));
            }
            next = Integer.toUnsignedLong(list.get(JAVA_INT_UNALIGNED, at + NEXT_OFFSET));
        } while (next != 0);
        throw new IOException("there is no process " + pid);
    }

    private static ContextSwitches threads(MemorySegment process) {
        Map<Long, Long> switches = new HashMap<>();
        for (int i = 0; i < process.get(JAVA_INT_UNALIGNED, THREADS); i++) {
            MemorySegment thread = process.asSlice(FIRST_THREAD + i * THREAD_BYTES, THREAD_BYTES);
            switches.put(thread.get(JAVA_LONG_UNALIGNED, THREAD_ID),
                    Integer.toUnsignedLong(thread.get(JAVA_INT_UNALIGNED, CONTEXT_SWITCHES)));
        }
        return new ContextSwitches(switches);
    }
}
