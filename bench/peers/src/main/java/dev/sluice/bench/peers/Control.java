package dev.sluice.bench.peers;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a server in a process of its own answers to the program that started it, one line per
 * request: {@code allocated} with the bytes that its serving thread has allocated on the Java heap,
 * {@code compiled} with the milliseconds that the compilers have worked, or -1 if unknown,
 * {@code heap} with the bytes of the Java heap in use after a collection, and {@code buffers} with
 * those of the JDK's direct buffers. The beans that know it are made at the first request, since they
 * cost more than a server's start.
 */
final class Control {
    private static final long UNKNOWN = -1;

    private final Thread serving;

    Control(Thread serving) {
        this.serving = serving;
    }

    /** Answers until the input ends, which also happens when the starting program dies. */
    void answer(BufferedReader questions, PrintStream answers) throws IOException {
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            switch (line) {
                case "allocated" -> answers.println(allocatedBytes());
                case "compiled" -> answers.println(compilationMillis());
                case "heap" -> answers.println(usedHeapBytes());
                case "buffers" -> answers.println(bufferBytes());
                default -> answers.println("unknown question: " + line);
            }
            answers.flush();
        }
    }

    /**
     * The carriers count what virtual threads allocate, so for those the sum of all threads is
     * reported.
     */
    private long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return serving.isVirtual()
                ? threads.getTotalThreadAllocatedBytes()
                : threads.getThreadAllocatedBytes(serving.threadId());
    }

    private static long usedHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long bufferBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    private static long compilationMillis() {
        CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
        return compilation == null ? UNKNOWN : compilation.getTotalCompilationTime();
    }
}
