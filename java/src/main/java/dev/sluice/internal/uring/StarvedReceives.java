package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Receives that found no buffer in the kernel. The pool may have some: then they go on at the next
 * fetch. If it has none, they are given one more round, in which the sends of received buffers may
 * end; only then the pool counts as exhausted.
 */
final class StarvedReceives {
    private final RingDriver driver;
    private final LongQueue tokens = new LongQueue();

    /** How many at the front of the queue have had their round. */
    private int due;

    private boolean resuming;

    StarvedReceives(RingDriver driver) {
        this.driver = driver;
    }

    int count() {
        return tokens.size();
    }

    /**
     * Whether a receive must wait behind others. A socket that always has bytes would otherwise take
     * each buffer that comes back before they do.
     */
    boolean isQueue() {
        return !resuming && tokens.size() > 0;
    }

    void add(Request request) {
        request.backendState |= RingDriver.STARVED;
        tokens.add(driver.token(request));
    }

    /** Lets as many go on as there are buffers for, the one that waits longest first. */
    void beforeFetch(int readyBuffers) {
        if (readyBuffers == 0) {
            due = tokens.size();
            return;
        }
        due = 0;
        resuming = true;
        for (int left = Math.min(readyBuffers, tokens.size()); left > 0; left--) {
            Request request = driver.findWaiting(tokens.remove(), RingDriver.STARVED);
            if (request != null) {
                request.backendState &= ~RingDriver.STARVED;
                driver.begin(request);
            }
        }
        resuming = false;
    }

    /** Ends one receive whose round is over, unless there are buffers now; true if there was one. */
    boolean settleOne() {
        if (due == 0 || driver.pool.unreserved() > 0) {
            return false;
        }
        due--;
        Request request = driver.findWaiting(tokens.remove(), RingDriver.STARVED);
        if (request != null) {
            request.backendState &= ~RingDriver.STARVED;
            driver.completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
        }
        return true;
    }
}
