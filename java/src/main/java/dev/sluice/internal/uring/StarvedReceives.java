package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Receives that found no buffer in the kernel. If the pool has some, they resume at the next fetch. If
 * it has none, they wait for one more round, in which the sends of received buffers may end; only then
 * the pool counts as exhausted.
 */
final class StarvedReceives {
    private final UringDriver driver;
    private final LongQueue tokens = new LongQueue();

    /** How many at the front of the queue have waited for their round. */
    private int due;

    private boolean resuming;

    StarvedReceives(UringDriver driver) {
        this.driver = driver;
    }

    int count() {
        return tokens.size();
    }

    /**
     * Returns true if a new receive must wait behind others. A socket that always has bytes would
     * otherwise take each buffer before them.
     */
    boolean isQueue() {
        return !resuming && tokens.size() > 0;
    }

    void add(Request request) {
        UringFlags.set(request, UringFlags.STARVED);
        tokens.add(driver.token(request));
    }

    /** Resumes one receive for each free buffer, the longest waiting first. */
    void beforeFetch(int readyBuffers) {
        if (readyBuffers == 0) {
            due = tokens.size();
            return;
        }
        due = 0;
        resuming = true;
        for (int left = Math.min(readyBuffers, tokens.size()); left > 0; left--) {
            Request request = driver.findFlagged(tokens.remove(), UringFlags.STARVED);
            if (request != null) {
                UringFlags.clear(request, UringFlags.STARVED);
                driver.begin(request);
            }
        }
        resuming = false;
    }

    /** Ends one receive whose round is over, unless there are buffers; returns true if it did. */
    boolean settleOne() {
        if (due == 0 || driver.pool.unreserved() > 0) {
            return false;
        }
        due--;
        Request request = driver.findFlagged(tokens.remove(), UringFlags.STARVED);
        if (request != null) {
            UringFlags.clear(request, UringFlags.STARVED);
            driver.completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
        }
        return true;
    }
}
