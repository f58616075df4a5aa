package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Request;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Receives that wait for a buffer of the pool, first come first served. Only the port's thread
 * releases buffers, so looking before each step of the backend and before each wait misses none.
 */
final class BufferWaiters {
    private final Engine engine;
    private final Backend backend;
    private final BufferPool pool;

    /** In the order of their coming; one that is cancelled leaves it from the middle. */
    private final LinkedHashSet<Request> waiting = new LinkedHashSet<>();

    /** The one that is started now, in its turn. */
    private @Nullable Request started;

    /** Started since the last fetch: a kernel may give them their buffers only in the next one. */
    private int resumed;

    BufferWaiters(Engine engine, Backend backend, BufferPool pool) {
        this.engine = engine;
        this.backend = backend;
        this.pool = pool;
    }

    /**
     * Keeps a receive for which the backend found no buffer, if it shall wait for one.
     *
     * @return false if that is its end
     */
    boolean keep(Request receive) {
        if (!receive.waitsForBuffer() || receive.cancelReason != null) {
            return false;
        }
        receive.state = Request.State.WAITING;
        receive.backendState = 0;
        started = null;
        waiting.add(receive);
        return true;
    }

    /**
     * True for a receive that must not be started although it is the first of its queue: a socket that
     * always has bytes would otherwise take each buffer before those that wait for one.
     */
    boolean holdsBack(Request request) {
        if (waiting.isEmpty() || request == started || !request.waitsForBuffer()
                || Outcomes.withoutAsking(request.channel(), request) != null) {
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

    /** Starts as many as there are buffers. */
    void resume() {
        if (waiting.isEmpty()) {
            return;
        }
        for (int left = Math.min(waiting.size(), ready() - resumed); left > 0; left--) {
            resumed++;
            Request receive = waiting.removeFirst();
            started = receive;
            engine.startNext(receive.channel(), OperationQueue.RECEIVES);
            started = null;
        }
    }

    /** As {@link #resume}, until no buffer is left, or only such as those that were started take. */
    void resumeBeforeWait(WaitLoop kernel) {
        while (!waiting.isEmpty() && ready() > 0) {
            resume();
            // A kernel that takes the buffers by itself does so now, unless there are no bytes.
            kernel.look();
            resumed = 0;
            if (backend.hasReadyWork()) {
                return;
            }
        }
    }

    /** The kernel was asked: those that were started have their buffers, or found no bytes. */
    void noteFetch() {
        resumed = 0;
    }

    /** What lies ready in the kernel may be taken by results that were not handled yet. */
    private int ready() {
        return backend.hasReadyWork() ? pool.unreserved() : pool.available();
    }
}
