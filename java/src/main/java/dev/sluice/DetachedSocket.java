package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket that belongs to no port: a connection that was accepted, or a socket that left its port. Any
 * thread may pass it to another port, whose thread calls {@link CompletionPort#attach}, or take its
 * descriptor. Otherwise it must be closed.
 */
public final class DetachedSocket implements AutoCloseable {
    private final Channel channel;
    private final Engine source;
    private final AtomicBoolean taken = new AtomicBoolean();

    DetachedSocket(Channel channel, Engine source) {
        this.channel = channel;
        this.source = source;
    }

    Channel take(String action) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("cannot " + action
                    + " the detached socket: it was attached or closed before, or its descriptor"
                    + " was taken");
        }
        return channel;
    }

    /**
     * Returns the descriptor and releases ownership, so that another library or process can use it.
     * Any thread may call. It stays non-blocking, and close-on-exec (Windows: not inheritable).
     *
     * @return the number on Linux, the SOCKET on Windows, which the caller owns and closes
     * @throws IllegalStateException if the socket was attached or closed, or the descriptor taken
     */
    public long takeDescriptor() {
        return take("take the descriptor of").handle;
    }

    /** Closes the socket if nothing took it. Any thread may call; closing twice does nothing. */
    @Override
    public void close() {
        if (taken.compareAndSet(false, true)) {
            source.closeDetached(channel);
        }
    }
}
