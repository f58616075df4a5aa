package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Linux. The CPU time of a process is that of its clock, to the nanosecond: it also counts what a
 * thread that is running right now has used, unlike /proc/PID/stat, which counts in ticks of 10 ms.
 *
 * <p>How busy the machine is has two sources, because each alone misses something. The CPU clocks of
 * all processes are exact, but miss processes that came and went, other containers and the
 * hypervisor. /proc/stat includes them all, but counts in ticks.
 */
final class LinuxMachine implements Machine {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_TICK = 10_000_000L; // USER_HZ is 100 on every port of Linux

    /** Two processors' worth of the sampling error of a tick-based kernel. */
    private static final long TICKS_ARE_WRONG_BY_NANOS = 40_000_000L;

    private static final long TIMESPEC_BYTES = 16;
    private static final int CALLING_THREAD = 0;

    /** As glibc's cpu_set_t. */
    private static final long MASK_BYTES = Machines.MOST_PROCESSORS / Byte.SIZE;

    /** Memory for the clock of a process. */
    private record Clock(MemorySegment id, MemorySegment time) {
        Clock(Arena arena) {
            this(arena.allocate(JAVA_INT), arena.allocate(TIMESPEC_BYTES, 8));
        }

        OptionalLong nanosOf(long pid) {
            if (Posix.clock_getcpuclockid((int) pid, id) != 0
                    || Posix.clock_gettime(id.get(JAVA_INT, 0), time) != 0) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(
                    time.get(JAVA_LONG, 0) * NANOS_PER_SECOND + time.get(JAVA_LONG, 8));
        }
    }

    @Override
    public OptionalLong cpuNanos(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            return new Clock(arena).nanosOf(pid);
        }
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public Snapshot snapshot(long... participants) throws IOException {
        Map<Long, Long> processes = new HashMap<>();
        try (Arena arena = Arena.ofConfined();
                DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"),
                        LinuxMachine::isProcess)) {
            Clock clock = new Clock(arena);
            for (Path entry : entries) {
                long pid = number(entry);
                clock.nanosOf(pid).ifPresent(nanos -> processes.put(pid, nanos));
            }
        }
        return new Snapshot(processes, busyNanos(), TICKS_ARE_WRONG_BY_NANOS);
    }

    private static boolean isProcess(Path entry) {
        String name = entry.getFileName().toString();
        return name.charAt(0) >= '0' && name.charAt(0) <= '9';
    }

    private static long number(Path entry) {
        return Long.parseLong(entry.getFileName().toString());
    }

    private static long busyNanos() throws IOException {
        byte[] stat = Files.readAllBytes(Path.of("/proc/stat"));
        String all = new String(stat, 0, Math.min(stat.length, 256), StandardCharsets.US_ASCII);
        String[] fields = all.substring(0, all.indexOf('\n')).split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < 9; i++) { // user nice system idle iowait irq softirq steal
            if (i != 4 && i != 5) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks * NANOS_PER_TICK;
    }

    @Override
    public BitSet processors() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/status"));
        for (String line : lines) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return parseList(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new IOException("/proc/thread-self/status names no allowed processors");
    }

    /** Reads the kernel's form of a set, such as {@code 0-3,8}. */
    static BitSet parseList(String list) {
        BitSet cpus = new BitSet();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (ends.length > 2 || last < first || last >= Machines.MOST_PROCESSORS) {
                throw new IllegalArgumentException("not a list of processors: " + list);
            }
            cpus.set(first, last + 1);
        }
        return cpus;
    }

    @Override
    public void bindCallingThread(BitSet processors) throws IOException {
        bind(CALLING_THREAD, processors);
    }

    @Override
    public void bindProcess(long pid, BitSet processors) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(threadsOf(pid))) {
            for (Path thread : threads) {
                try {
                    bind((int) number(thread), processors);
                } catch (IOException e) {
                    if (Files.exists(thread)) { // otherwise the thread has ended in the meantime
                        throw e;
                    }
                }
            }
        }
    }

    private static Path threadsOf(long pid) {
        return Path.of("/proc", Long.toString(pid), "task");
    }

    private static void bind(int threadId, BitSet processors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            long[] words = processors.toLongArray();
            MemorySegment.copy(words, 0, mask, JAVA_LONG, 0, words.length);
            if (Posix.sched_setaffinity(threadId, MASK_BYTES, mask) != 0) {
                throw new IOException("sched_setaffinity refused processors " + processors);
            }
        }
    }

    /** See proc(5) on /proc/pid/task/tid/status. */
    @Override
    public ContextSwitches contextSwitches(long pid) throws IOException {
        Map<Long, Long> found = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(threadsOf(pid))) {
            for (Path thread : threads) {
                long switches = statusOf(thread).stream()
                        .filter(line -> line.contains("ctxt_switches:"))
                        .mapToLong(LinuxMachine::digitsOf).sum();
                found.put(number(thread), switches);
            }
        }
        return new ContextSwitches(found);
    }

    private static long digitsOf(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /**
     * Reads a thread's counts from the kernel; nothing if the thread ends in the meantime, as
     * compilers do.
     */
    private static List<String> statusOf(Path thread) throws IOException {
        try {
            return Files.readAllLines(thread.resolve("status"));
        } catch (IOException failure) {
            if (Files.exists(thread)) {
                throw failure;
            }
            return List.of();
        }
    }

    @Override
    public long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            if (line.startsWith("Rss:")) {
                return digitsOf(line) * 1024;
            }
        }
        throw new IOException("/proc/" + pid + "/smaps_rollup names no resident memory");
    }

    @Override
    public void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    public String processorModel() {
        List<String> lines = lines("/proc/cpuinfo");
        String model = cpuinfo(lines, "model name").orElse(System.getProperty("os.arch"));
        boolean virtual = cpuinfo(lines, "flags")
                .filter(flags -> (" " + flags + " ").contains(" hypervisor ")).isPresent();
        return virtual ? model + " (virtual machine)" : model;
    }

    private static Optional<String> cpuinfo(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    @Override
    public String frequencyGovernor() {
        return lines("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").stream().findFirst()
                .orElse("none visible");
    }

    /** Reads a file that some kernels and containers lack; without the file the result is empty. */
    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
