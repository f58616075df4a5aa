package dev.sluice.internal.linux;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lets close(2) wait for a positive linger time on a thread that is not the port's. Linux waits there
 * even when the socket is non-blocking.
 */
public final class LingeringClose {
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
    public static void start(Channel channel, Request close, Completions completions) {
        int fd = (int) channel.handle;
        channel.handle = -1;
        WAITERS.execute(
                () -> {
                    int errno = LinuxSockets.closeAnywhere(fd);
                    Outcome outcome = LinuxErrors.outcomeOf(errno);
                    completions.post(() -> completions.complete(close, outcome, 0, errno));
                });
    }

    /** Closes elsewhere, for a port that ends and does not wait. */
    public static void startUnobserved(Channel channel) {
        int fd = (int) channel.handle;
        channel.handle = -1;
        WAITERS.execute(() -> LinuxSockets.closeAnywhere(fd));
    }
}
