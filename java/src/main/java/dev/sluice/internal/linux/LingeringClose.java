package dev.sluice.internal.linux;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.CloseThreads;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Lets close(2) wait for a positive linger time on a thread that is not the port's. Linux waits there
 * even when the socket is non-blocking.
 */
public final class LingeringClose {
    private LingeringClose() {}

    /** Closes elsewhere and completes the request on the port's thread afterwards. */
    public static void start(Channel channel, Request close, Completions completions) {
        int fd = (int) channel.handle;
        channel.handle = -1;
        CloseThreads.execute(
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
        CloseThreads.execute(() -> LinuxSockets.closeAnywhere(fd));
    }
}
