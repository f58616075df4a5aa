package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.CloseThreads;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** Lets closesocket wait for a positive linger time on a thread that is not the port's. */
final class LingeringClose {
    private LingeringClose() {}

    /** Closes elsewhere and completes the request on the port's thread afterwards. */
    static void start(Channel channel, Request close, Completions completions) {
        long handle = channel.handle;
        channel.handle = -1;
        CloseThreads.execute(
                () -> {
                    int error = WindowsSockets.closeAnywhere(handle);
                    Outcome outcome = WindowsErrors.outcomeOf(error);
                    completions.post(() -> completions.complete(close, outcome, 0, error));
                });
    }

    /** Closes elsewhere, for a port that ends and does not wait. */
    static void startUnobserved(Channel channel) {
        long handle = channel.handle;
        channel.handle = -1;
        CloseThreads.execute(() -> WindowsSockets.closeAnywhere(handle));
    }
}
