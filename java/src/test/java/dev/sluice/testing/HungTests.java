package dev.sluice.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends the JVM when a test does not end. JUnit's own limit interrupts the thread of the test, and a
 * thread within a system call that does not heed interrupts would wait on without end, and with it
 * the whole build. The stacks of all platform threads say where it waits.
 *
 * <p>The limit, in seconds, is the system property {@value #LIMIT}. It is above every limit that a test
 * sets for itself.
 */
public final class HungTests implements TestExecutionListener {
    static final String LIMIT = "sluice.test.limit";

    static final int EXIT_CODE = 3;

    private static final long LIMIT_SECONDS = Long.getLong(LIMIT, 20 * 60);

    private final Map<TestIdentifier, Long> startedNanos = new ConcurrentHashMap<>();

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Thread.ofPlatform().daemon().name("hung-tests").start(this::watch);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            startedNanos.put(test, System.nanoTime());
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        startedNanos.remove(test);
    }

    private void watch() {
        while (true) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException end) {
                return;
            }
            startedNanos.forEach((test, since) -> {
                if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                    end(test);
                }
            });
        }
    }

    private static void end(TestIdentifier test) {
        System.out.println("HUNG " + SkipReport.name(test) + ": no end after " + LIMIT_SECONDS
                + " s; this JVM ends. Its threads:");
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            System.out.println(thread.getName() + " " + thread.getState());
            for (StackTraceElement each : stack) {
                System.out.println("    at " + each);
            }
        });
        System.out.flush();
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
