package dev.sluice.net;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.sluice.conformance.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The threads of this process: virtual threads and those of the library, from the runtime's thread
 * dump, and all threads that the kernel knows.
 *
 * @param own every virtual thread, and platform threads that the library named: number and name
 * @param tasks threads of the kernel; 0 except on Linux
 */
record LiveThreads(Map<Long, String> own, long tasks) {
    private static final Path TASKS = Path.of("/proc/self/task");

    /** A line of the dump: {@code #23 "sluice-net-0" virtual WAITING 2026-01-02T03:04:05Z}. */
    private static final Pattern THREAD =
            Pattern.compile("^#(\\d+) \"(.*)\"( virtual)? [A-Z_]+ .*");

    /**
     * The runtime starts and ends compilers, collectors and carriers as it likes, for each
     * processor.
     */
    private static final int THREADS_OF_THE_RUNTIME =
            48 + 4 * Runtime.getRuntime().availableProcessors();

    static LiveThreads now() {
        Map<Long, String> own = new HashMap<>();
        for (String line : dump()) {
            Matcher thread = THREAD.matcher(line);
            if (thread.matches()) {
                String name = thread.group(2);
                if (thread.group(3) != null || name.startsWith("sluice")) {
                    own.put(Long.valueOf(thread.group(1)), name);
                }
            }
        }
        return new LiveThreads(own, tasksNow());
    }

    /** The dump includes virtual threads, unless an option stops the runtime from tracking them. */
    private static Iterable<String> dump() {
        try {
            Path folder = Files.createTempDirectory("sluice-threads");
            Path file = folder.resolve("dump");
            HotSpotDiagnosticMXBean runtime =
                    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            runtime.dumpThreads(file.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
            Iterable<String> lines = Files.readAllLines(file);
            Files.delete(file);
            Files.delete(folder);
            return lines;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long tasksNow() {
        if (!Needs.isLinux()) {
            return 0;
        }
        try (Stream<Path> listed = Files.list(TASKS)) {
            return listed.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until no thread is left that was not there before; one may be about to end. */
    void awaitNoneMore() {
        awaitNone(left -> left.isEmpty() ? null : "threads that were not there before: " + left);
    }

    /** As above, except that each port may have started the thread that waits for it. */
    void awaitNoneMoreThanWaitFor(int ports) {
        awaitNone(left -> {
            Map<Long, String> others = new HashMap<>(left);
            others.values().removeIf("sluice-wait"::equals);
            int waiting = left.size() - others.size();
            if (!others.isEmpty()) {
                return "threads that were not there before: " + others;
            }
            return waiting > ports ? waiting + " threads wait for " + ports + " ports" : null;
        });
    }

    private void awaitNone(Function<Map<Long, String>, @Nullable String> complaint) {
        long endNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            LiveThreads now = now();
            Map<Long, String> left = new HashMap<>(now.own);
            left.keySet().removeAll(own.keySet());
            String wrong = complaint.apply(left);
            if (wrong == null && now.tasks > tasks + THREADS_OF_THE_RUNTIME) {
                wrong = now.tasks + " threads of the kernel, " + tasks + " before";
            }
            if (wrong == null) {
                return;
            }
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError(wrong);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
