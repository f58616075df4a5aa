package dev.sluice.internal.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads on which a close may block for its linger time, as no port's thread ever does. */
final class CloseThreads {
    /** Closes that block at the same time; further ones queue, at most one for each socket. */
    private static final int THREADS = 64;

    private static final ThreadPoolExecutor WAITERS = waiters();

    private CloseThreads() {}

    private static ThreadPoolExecutor waiters() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> Thread.ofPlatform()
                                .daemon()
                                .name("sluice-lingering-close")
                                .unstarted(task));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Runs a close on one of the threads, which are made when needed and end when idle. */
    static void execute(Runnable close) {
        WAITERS.execute(close);
    }
}
