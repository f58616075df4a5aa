package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Lets closesocket wait for a positive linger time on a thread that is not the port's. */
final class LingeringClose {
    /** Closes that wait at the same time; further ones queue, at most one for each socket. */
    private static final int THREADS = 64;

    private static final ThreadPoolExecutor WAITERS = waiters();

    private LingeringClose() {}

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

    /** Closes elsewhere and completes the request on the port's thread afterwards. */
    static void start(Channel channel, Request close, Completions completions) {
        long handle = channel.handle;
        channel.handle = -1;
        Winsock.acquireMore();
        WAITERS.execute(
                () -> {
                    int error = WindowsSockets.closeAnywhere(handle);
                    Outcome outcome = WindowsErrors.outcomeOf(error);
                    completions.post(() -> completions.complete(close, outcome, 0, error));
                    Winsock.release();
                });
    }

    /** Closes elsewhere, for a port that ends and does not wait. */
    static void startUnobserved(Channel channel) {
        long handle = channel.handle;
        channel.handle = -1;
        Winsock.acquireMore();
        WAITERS.execute(
                () -> {
                    WindowsSockets.closeAnywhere(handle);
                    Winsock.release();
                });
    }
}
