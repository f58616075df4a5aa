package dev.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often the threads of a process were switched so far, see proc(5) on /proc/pid/task/tid/status.
 *
 * @param byThread by the name of the thread's folder
 */
record ContextSwitches(Map<String, Long> byThread) {
    static ContextSwitches of(long pid) throws IOException {
        Map<String, Long> found = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(
                Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                long switches = statusOf(thread).stream()
                        .filter(line -> line.contains("ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
                found.put(thread.getFileName().toString(), switches);
            }
        }
        return new ContextSwitches(found);
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

    /** Returns the switches since an earlier moment, except those of threads that have ended. */
    long since(ContextSwitches before) {
        return byThread.entrySet().stream().mapToLong(thread -> Math.max(0,
                thread.getValue() - before.byThread.getOrDefault(thread.getKey(), 0L))).sum();
    }
}
