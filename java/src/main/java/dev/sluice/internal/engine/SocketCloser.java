package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.UseCount;

/**
 * Closes descriptors. A kernel blocks in the close of a socket with a positive linger time, also of a
 * non-blocking one (Linux), so such a close runs on one of the {@link CloseThreads}.
 */
final class SocketCloser {
    private final Backend backend;
    private final SocketCalls sockets;
    private final Completions completions;
    private final Tasks tasks;

    SocketCloser(Backend backend, Completions completions, Tasks tasks) {
        this.backend = backend;
        this.sockets = backend.sockets();
        this.completions = completions;
        this.tasks = tasks;
    }

    /** Closes the descriptor of a socket without started requests, and completes its CLOSE. */
    void close(Channel channel, Request close) {
        prepare(channel);
        if (blocks(channel)) {
            long handle = takeHandle(channel);
            CloseThreads.execute(() -> {
                int code = sockets.closeBlocking(handle);
                tasks.report(() -> complete(close, code));
            });
        } else {
            complete(close, sockets.close(channel));
        }
    }

    private void complete(Request close, int code) {
        completions.complete(close, sockets.outcomeOf(RequestKind.CLOSE, code), 0, code);
    }

    /** Closes the descriptor of a socket without started requests; no event reports it. */
    void discard(Channel channel) {
        prepare(channel);
        channel.state = Channel.State.CLOSED;
        if (blocks(channel)) {
            closeElsewhere(channel);
        } else {
            sockets.close(channel);
        }
    }

    /** Closes a socket that belongs to no port. Any thread may call. */
    void closeDetached(Channel channel) {
        if (channel.lingerSeconds > 0) {
            closeElsewhere(channel); // the caller may be a port's thread
        } else {
            sockets.closeBlocking(takeHandle(channel));
        }
    }

    private void prepare(Channel channel) {
        UseCount.close(channel);
        backend.beforeClose(channel);
        if (channel.isAborted()) {
            sockets.makeAbortive(channel);
        }
    }

    private static boolean blocks(Channel channel) {
        return channel.lingerSeconds > 0 && !channel.isAborted();
    }

    private void closeElsewhere(Channel channel) {
        long handle = takeHandle(channel);
        CloseThreads.execute(() -> sockets.closeBlocking(handle));
    }

    private static long takeHandle(Channel channel) {
        long handle = channel.handle;
        channel.handle = -1;
        return handle;
    }
}
