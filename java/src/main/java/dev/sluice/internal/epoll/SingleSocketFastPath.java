package dev.sluice.internal.epoll;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * The stream that alone had an edge for a while. An owner that spins tries its receive directly: one
 * that finds nothing costs little more than an epoll_wait(2) that finds nothing, and one that finds
 * bytes spares the wait and the event.
 */
final class SingleSocketFastPath {
    /** Edges of the same stream in a row, before it is tried directly. */
    static final int ENOUGH = 32;

    /**
     * Each time after so many looks epoll is asked for all others: an event of theirs waits some 5
     * microseconds at the most, much less than a wake-up takes.
     */
    static final int LOOKS = 16;

    private final BufferPool pool;
    private @Nullable EpollChannel channel;
    private int inARow;
    private int looks;

    SingleSocketFastPath(BufferPool pool) {
        this.pool = pool;
    }

    /** Notes that epoll told of an edge. */
    void edge(EpollChannel found) {
        if (found != channel) {
            channel = found;
            inARow = 0;
        } else if (inARow < ENOUGH) {
            inARow++;
        }
    }

    /** The receive to try now, or null when epoll is to be asked. */
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
        // Without a buffer it would end, although nothing may have come.
        return head.kind == RequestKind.RECEIVE
                && head.state == Request.State.STARTED
                && head.channel().stream
                && (!head.pooled || pool.available() > 0);
    }
}
