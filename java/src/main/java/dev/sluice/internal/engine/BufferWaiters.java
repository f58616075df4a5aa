package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Request;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Receives that wait for a buffer of the pool, in the order of their coming. Only the port's thread
 * releases buffers, so it misses none if it looks before each step of the backend and before each
 * wait.
 */
final class BufferWaiters {
    private final Backend backend;
    private final BufferPool pool;

    /** A set, since one that is cancelled leaves from the middle. */
    private final LinkedHashSet<Request> waiting = new LinkedHashSet<>();

    /** The one whose turn it is. */
    private @Nullable Request starting;

    /** Started since the last fetch: a kernel may give them their buffers only in the next one. */
    private int resumed;

    BufferWaiters(Backend backend, BufferPool pool) {
        this.backend = backend;
        this.pool = pool;
    }

    /** Adds a receive for which the backend found no buffer. */
    void keep(Request receive) {
        starting = null;
        waiting.add(receive);
    }

    /**
     * Adds a receive that is first in its queue but must wait behind the others, and returns true; false
     * if it may start. A socket that always has bytes would otherwise take each buffer before them.
     */
    boolean holdsBack(Request request) {
        if (waiting.isEmpty() || request == starting || !request.waitsForBuffer()
                || SocketRules.knownOutcome(request.channel(), request) != null) {
            return false;
        }
        waiting.add(request);
        return true;
    }

    void remove(Request request) {
        if (!waiting.isEmpty()) {
            waiting.remove(request);
        }
    }

    /** Returns how many there are buffers for now. */
    int startable() {
        return waiting.isEmpty() ? 0 : Math.min(waiting.size(), available() - resumed);
    }

    /** Takes the first one, to be started now. */
    Request begin() {
        resumed++;
        Request receive = waiting.removeFirst();
        starting = receive;
        return receive;
    }

    /** Ends the turn of the one that {@link #begin} returned. */
    void end() {
        starting = null;
    }

    boolean hasBuffer() {
        return !waiting.isEmpty() && available() > 0;
    }

    void noteFetch() {
        resumed = 0;
    }

    /** Leaves out the buffers in the kernel while results wait that may have taken them. */
    private int available() {
        return backend.hasReadyWork() ? pool.unreserved() : pool.available();
    }
}
