package dev.sluice.bench.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Which processors threads may run on. */
public final class Affinity {
    private static final long MASK_BYTES = 128; // 1024 processors, as glibc's cpu_set_t
    private static final int CALLING_THREAD = 0;

    private Affinity() {}

    /** The processors the calling thread may run on. */
    public static BitSet ofCallingThread() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/status"));
        for (String line : lines) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return parseList(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new IOException("/proc/thread-self/status names no allowed processors");
    }

    /** Reads the kernel's form of a set, such as {@code 0-3,8}. */
    public static BitSet parseList(String list) {
        BitSet cpus = new BitSet();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (ends.length > 2 || last < first || last >= MASK_BYTES * Byte.SIZE) {
                throw new IllegalArgumentException("not a list of processors: " + list);
            }
            cpus.set(first, last + 1);
        }
        return cpus;
    }

    /** Binds the calling thread. */
    public static void bindCallingThread(BitSet cpus) throws IOException {
        bind(CALLING_THREAD, cpus);
    }

    /**
     * Binds every thread that the process has now; later threads inherit from the threads that
     * create them.
     */
    public static void bindProcess(long pid, BitSet cpus) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                int id = Integer.parseInt(thread.getFileName().toString());
                try {
                    bind(id, cpus);
                } catch (IOException e) {
                    if (Files.exists(thread)) { // otherwise the thread has ended in the meantime
                        throw e;
                    }
                }
            }
        }
    }

    private static void bind(int threadId, BitSet cpus) throws IOException {
        try (Arena arena = Posix.arena()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            long[] words = cpus.toLongArray();
            MemorySegment.copy(words, 0, mask, JAVA_LONG, 0, words.length);
            if (Posix.sched_setaffinity(threadId, MASK_BYTES, mask) != 0) {
                throw new IOException("sched_setaffinity refused processors " + cpus);
            }
        }
    }
}
