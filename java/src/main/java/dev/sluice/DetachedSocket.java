package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection that was accepted but belongs to no port yet. Any thread may carry it to another
 * port, whose thread then calls {@link CompletionPort#attach}; who does not attach it must close it.
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
            throw new IllegalStateException("the detached socket was attached or closed before");
        }
        return channel;
    }

    /** Gives up the connection, if it was not attached. May be called twice, by any thread. */
    @Override
    public void close() {
        if (taken.compareAndSet(false, true)) {
            source.backend().closeDetached(channel);
        }
    }
}
