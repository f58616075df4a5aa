package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Windows. CPU time is the process's cycle count divided by a measured cycle rate, because
 * GetProcessTimes advances in ticks of 15.6 ms, too coarse for slices of 100 ms. Where the system
 * counts no cycles, as under Wine, it is those ticks.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/realtimeapiset/">Microsoft:
 *     QueryProcessCycleTime, QueryThreadCycleTime, QueryIdleProcessorCycleTime</a>
 */
final class WindowsMachine implements Machine {
    private static final long NANOS_PER_FILETIME = 100;
    private static final int CALIBRATIONS = 5;
    private static final long CALIBRATION_NANOS = 10_000_000L;

    /** The cycles of the idle threads and those of a process are not read at the same moment. */
    private static final long CYCLES_ARE_WRONG_BY_NANOS = 1_000_000L;

    /** Two processors' worth of the two ticks by which a difference may be wrong. */
    private static final long TICKS_ARE_WRONG_BY_NANOS = 62_500_000L;

    private static final int ERROR_INVALID_PARAMETER = 87; // OpenProcess: there is no such process

    private static final long GROUP_AFFINITY_BYTES = 16;
    private static final long MEMORY_COUNTERS_BYTES = 72;
    private static final long WORKING_SET = 16;

    private static final long LOCAL_MACHINE = 0xFFFF_FFFF_8000_0002L; // HKEY_LOCAL_MACHINE
    private static final long STRING_BYTES = 512;

    /** What Windows itself calls its schemes, by their GUID. */
    private static final Map<String, String> POWER_SCHEMES = Map.of(
            "381b4222-f694-41f0-9685-ff5bb260df2e", "Balanced",
            "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", "High performance",
            "a1841308-3541-4fab-bc81-f71556f20b4a", "Power saver");

    /** Zero where the system counts no cycles. */
    private final double cyclesPerNano = calibrate();

    /** The largest rate of several attempts: a thread that is displaced meanwhile counts fewer. */
    private static double calibrate() {
        double most = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = Win32.lastError(arena);
            MemorySegment cycles = arena.allocate(JAVA_LONG);
            for (int i = 0; i < CALIBRATIONS; i++) {
                Win32.queryThreadCycleTime(error, Win32.CURRENT_THREAD, cycles);
                long before = cycles.get(JAVA_LONG, 0);
                long startNanos = System.nanoTime();
                spin(startNanos, CALIBRATION_NANOS);
                Win32.queryThreadCycleTime(error, Win32.CURRENT_THREAD, cycles);
                long nanos = System.nanoTime() - startNanos;
                most = Math.max(most, (double) (cycles.get(JAVA_LONG, 0) - before) / nanos);
            }
        }
        return most;
    }

    private static void spin(long startNanos, long nanos) {
        while (System.nanoTime() - startNanos < nanos) {
            Thread.onSpinWait();
        }
    }

    /** Runs something with the handle of a process. */
    @FunctionalInterface
    private interface WithProcess<T> {
        T apply(MemorySegment lastError, long process) throws IOException;
    }

    /** Empty if there is no process of that id. */
    private static <T> Optional<T> with(Arena arena, long pid, int access, WithProcess<T> action)
            throws IOException {
        MemorySegment error = Win32.lastError(arena);
        long process = Win32.openProcess(error, access, pid);
        if (process == 0) {
            if (Win32.code(error) == ERROR_INVALID_PARAMETER) {
                return Optional.empty();
            }
            throw failed("OpenProcess of " + pid, error);
        }
        try {
            return Optional.of(action.apply(error, process));
        } finally {
            Win32.closeHandle(error, process);
        }
    }

    private static IOException failed(String call, MemorySegment lastError) {
        return new IOException(call + " failed with error " + Win32.code(lastError));
    }

    @Override
    public OptionalLong cpuNanos(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Optional<Long> nanos = with(arena, pid, Win32.PROCESS_QUERY_LIMITED_INFORMATION,
                    (error, process) -> cpuNanos(arena, error, process));
            return nanos.map(OptionalLong::of).orElse(OptionalLong.empty());
        }
    }

    private long cpuNanos(Arena arena, MemorySegment error, long process) throws IOException {
        MemorySegment times = arena.allocate(JAVA_LONG, 4);
        if (cyclesPerNano > 0) {
            if (Win32.queryProcessCycleTime(error, process, times) == 0) {
                throw failed("QueryProcessCycleTime", error);
            }
            return (long) (times.get(JAVA_LONG, 0) / cyclesPerNano);
        }
        if (Win32.getProcessTimes(error, process, times, times.asSlice(8), times.asSlice(16),
                times.asSlice(24)) == 0) {
            throw failed("GetProcessTimes", error);
        }
        return (times.get(JAVA_LONG, 16) + times.get(JAVA_LONG, 24)) * NANOS_PER_FILETIME;
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (Win32.isWine()) {
            notes.add("this is Wine: behaviour only, the figures say nothing about Windows");
        }
        if (cyclesPerNano == 0) {
            notes.add("CPU times move in ticks, since this system counts no cycles"
                    + " (QueryProcessCycleTime)");
        }
        return notes;
    }

    @Override
    public Snapshot snapshot(long... participants) throws IOException {
        Map<Long, Long> processes = new HashMap<>();
        for (long pid : participants) {
            OptionalLong nanos = cpuNanos(pid);
            if (nanos.isPresent()) {
                processes.put(pid, nanos.getAsLong());
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = Win32.lastError(arena);
            OptionalLong busy = busyByCycles(arena, error);
            return busy.isPresent()
                    ? new Snapshot(processes, busy.getAsLong(), CYCLES_ARE_WRONG_BY_NANOS)
                    : new Snapshot(processes, busyByTicks(arena, error), TICKS_ARE_WRONG_BY_NANOS);
        }
    }

    /** The time of all processors less that of their idle threads; empty if none is counted. */
    private OptionalLong busyByCycles(Arena arena, MemorySegment error) {
        if (cyclesPerNano == 0) {
            return OptionalLong.empty();
        }
        MemorySegment bytes = arena.allocate(JAVA_INT);
        MemorySegment cycles = arena.allocate(JAVA_LONG, Long.SIZE);
        bytes.set(JAVA_INT, 0, (int) cycles.byteSize());
        long nowNanos = System.nanoTime();
        if (Win32.queryIdleProcessorCycleTime(error, bytes, cycles) == 0) {
            return OptionalLong.empty();
        }
        int processors = bytes.get(JAVA_INT, 0) / Long.BYTES;
        long idle = 0;
        for (int i = 0; i < processors; i++) {
            idle += cycles.getAtIndex(JAVA_LONG, i);
        }
        return idle == 0
                ? OptionalLong.empty()
                : OptionalLong.of(processors * nowNanos - (long) (idle / cyclesPerNano));
    }

    private static long busyByTicks(Arena arena, MemorySegment error) throws IOException {
        MemorySegment times = arena.allocate(JAVA_LONG, 3);
        if (Win32.getSystemTimes(error, times, times.asSlice(8), times.asSlice(16)) == 0) {
            throw failed("GetSystemTimes", error);
        }
        long busy = times.get(JAVA_LONG, 8) + times.get(JAVA_LONG, 16) - times.get(JAVA_LONG, 0);
        return busy * NANOS_PER_FILETIME;
    }

    @Override
    public BitSet processors() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = Win32.lastError(arena);
            MemorySegment affinity = arena.allocate(GROUP_AFFINITY_BYTES, 8);
            if (Win32.getThreadGroupAffinity(error, Win32.CURRENT_THREAD, affinity) == 0) {
                throw failed("GetThreadGroupAffinity", error);
            }
            return BitSet.valueOf(new long[]{affinity.get(JAVA_LONG, 0)});
        }
    }

    /** The mask of one group of processors, which are 64 at most. */
    private static long mask(BitSet processors) throws IOException {
        long[] words = processors.toLongArray();
        if (words.length != 1) {
            throw new IOException("cannot bind to processors " + processors
                    + ": on Windows they are one or more of the 64 of a group");
        }
        return words[0];
    }

    @Override
    public void bindCallingThread(BitSet processors) throws IOException {
        long mask = mask(processors);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = Win32.lastError(arena);
            if (Win32.setThreadAffinityMask(error, Win32.CURRENT_THREAD, mask) == 0) {
                throw failed("SetThreadAffinityMask to processors " + processors, error);
            }
        }
    }

    @Override
    public void bindProcess(long pid, BitSet processors) throws IOException {
        long mask = mask(processors);
        try (Arena arena = Arena.ofConfined()) {
            Optional<Boolean> bound = with(arena, pid, Win32.PROCESS_SET_INFORMATION,
                    (error, process) -> {
                        if (Win32.setProcessAffinityMask(error, process, mask) == 0) {
                            throw failed("SetProcessAffinityMask to processors " + processors,
                                    error);
                        }
                        return true;
                    });
            if (bound.isEmpty()) {
                throw noProcess(pid);
            }
        }
    }

    private static IOException noProcess(long pid) {
        return new IOException("there is no process " + pid);
    }

    @Override
    public ContextSwitches contextSwitches(long pid) throws IOException {
        return ProcessThreads.switches(pid);
    }

    @Override
    public long residentBytes(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return with(arena, pid, Win32.PROCESS_QUERY_LIMITED_INFORMATION, (error, process) -> {
                MemorySegment counters = arena.allocate(MEMORY_COUNTERS_BYTES, 8);
                if (Win32.getProcessMemoryInfo(error, process, counters) == 0) {
                    throw failed("GetProcessMemoryInfo", error);
                }
                return counters.get(JAVA_LONG, WORKING_SET);
            }).orElseThrow(() -> noProcess(pid));
        }
    }

    /** Spins: a thread that parks sleeps until the next tick, which may be 15.6 ms away. */
    @Override
    public void pause(long nanos) {
        spin(System.nanoTime(), nanos);
    }

    @Override
    public String processorModel() {
        return registry("HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", "ProcessorNameString")
                .orElse(System.getProperty("os.arch"));
    }

    @Override
    public String frequencyGovernor() {
        return registry("SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes",
                "ActivePowerScheme")
                .map(guid -> "power scheme " + POWER_SCHEMES.getOrDefault(guid, guid))
                .orElse("none visible");
    }

    /** A value that some editions of Windows lack. */
    private static Optional<String> registry(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(STRING_BYTES, 2);
            MemorySegment bytes = arena.allocate(JAVA_INT);
            bytes.set(JAVA_INT, 0, (int) STRING_BYTES);
            int code = Win32.regGetString(Win32.lastError(arena), LOCAL_MACHINE,
                    arena.allocateFrom(key, StandardCharsets.UTF_16LE),
                    arena.allocateFrom(value, StandardCharsets.UTF_16LE), into, bytes);
            return code == 0
                    ? Optional.of(into.getString(0, StandardCharsets.UTF_16LE).strip())
                    : Optional.empty();
        }
    }
}
