package dev.sluice.internal.epoll;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stream that alone had edges for a while, so that an owner that spins can try its receive
 * directly: a receive that finds nothing costs little more than an epoll_wait(2) that finds nothing,
 * and one that finds bytes saves the wait and the event.
 */
final class SingleSocketFastPath {
    /** Edges of the same stream in a row before it is tried directly. */
    static final int ENOUGH = 32;

    /**
     * After this many tries epoll is asked for the other sockets. Their events wait 5 microseconds
     * at most, much less than a wake-up takes.
     */
    static final int LOOKS = 16;

    private final BufferPool pool;
    private @Nullable EpollChannel channel;
    private int inARow;
    private int looks;

    SingleSocketFastPath(BufferPool pool) {
        this.pool = pool;
    }

    /** Notes that epoll reported an edge. */
    void noteEdge(EpollChannel found) {
        if (found != channel) {
            channel = found;
            inARow = 0;
        } else if (inARow < ENOUGH) {
            inARow++;
        }
    }

    /** Returns the receive to try now, or null if epoll is to be asked. */
    @Nullable
    Request next() {
        if (channel == null || inARow < ENOUGH) {
            return null;
        }
        if (++looks > LOOKS) {
            looks = 0;
            return null;
        }
        Request head = channel.receives;
        return head != null && mayBeTried(head) ? head : null;
    }

    private boolean mayBeTried(Request head) {
        // Without a buffer it would end, although no bytes may have come.
        return head.kind == RequestKind.RECEIVE
                && head.state == Request.State.STARTED
                && head.channel().stream
                && (!head.pooled || pool.available() > 0);
    }
}
