package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection that was accepted and belongs to no port yet. Any thread may pass it to another port,
 * whose thread calls {@link CompletionPort#attach}. A socket that is not attached must be closed.
 */
public final class DetachedSocket implements AutoCloseable {
    private final Channel channel;
    private final Engine source;
    private final AtomicBoolean taken = new AtomicBoolean();

    DetachedSocket(Channel channel, Engine source) {
        this.channel = channel;
        this.source = source;
    }

    Channel take() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "cannot attach the detached socket: it was attached or closed before");
        }
        return channel;
    }

    /** Closes the connection if it was not attached. Any thread may call; closing twice does nothing. */
    @Override
    public void close() {
        if (taken.compareAndSet(false, true)) {
            source.closeDetached(channel);
        }
    }
}
