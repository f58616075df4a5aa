package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import java.util.concurrent.locks.LockSupport;

/**
 * A virtual thread owns the port. It runs on the same carrier threads as the threads that wait for it.
 * It polls, wakes the threads whose sockets became ready, and lets them run before it polls again. It
 * sleeps only when nothing happens; then a platform thread of the port waits for it.
 */
final class ReadinessPoller extends Poller {
    /** A yield that took less time let no other thread run. */
    private static final long EMPTY_YIELD_NANOS = 2_000;

    /**
     * In an interpreter, or on a slow board, even a yield to no thread takes longer. It took at most
     * so many times the shortest one.
     */
    private static final int TIMES_THE_SHORTEST = 4;

    /** How long threads that wait for a carrier thread may have to wait for this one's. */
    private static final long MAX_ON_CARRIER_NANOS = 10_000_000;

    /** During a longer wait this thread was unmounted, and others had its carrier thread. */
    private static final long UNMOUNTED_NANOS = 1_000_000;

    /**
     * The threads that one poll wakes run before the next poll. With more of them, what the poll has
     * touched of each, in the kernel and here, has left the processor's cache when it runs.
     */
    private static final int MAX_WOKEN = 64;

    private boolean alone;
    private long shortestNanos = Long.MAX_VALUE / TIMES_THE_SHORTEST;

    /** When the last yield ended. */
    private long yieldedNanos = System.nanoTime();

    /** When this thread was last unmounted. */
    private long unmountedNanos = yieldedNanos;

    ReadinessPoller(CompletionPort port, String name) {
        super(port, Thread.ofVirtual().name(name), null);
    }

    static PortOptions inBatches(PortOptions options) {
        int most = Math.min(options.maxEventsPerPoll(), MAX_WOKEN);
        return options.maxEventsPerPoll(most);
    }

    @Override
    public boolean receivesByCompletion() {
        return false;
    }

    @Override
    void turn() {
        boolean waited = alone;
        long beforeNanos = yieldedNanos;
        poll(waited);
        long polledNanos = System.nanoTime();
        if (waited && polledNanos - beforeNanos > UNMOUNTED_NANOS) {
            unmountedNanos = polledNanos;
        }
        alone = yieldToNone(polledNanos);
        if (!alone) {
            // The woken threads have run; perhaps they left another one to run.
            alone = yieldToNone(yieldedNanos);
        }
        if (yieldedNanos - unmountedNanos > MAX_ON_CARRIER_NANOS) {
            unmount();
        }
    }

    /** Yields; true if no other thread ran. */
    @SuppressWarnings("ThreadPriorityCheck") // The woken threads run before the next poll.
    private boolean yieldToNone(long nowNanos) {
        Thread.yield();
        yieldedNanos = System.nanoTime();
        long tookNanos = yieldedNanos - nowNanos;
        shortestNanos = Math.min(shortestNanos, tookNanos);
        return tookNanos < Math.max(EMPTY_YIELD_NANOS, shortestNanos * TIMES_THE_SHORTEST);
    }

    /**
     * Leaves the carrier thread until the scheduler's timer resumes this one. A carrier thread serves
     * its own queue, or the queue it last stole from, while anything is in it; a thread that yields
     * always is. So threads that a platform thread started or woke, or whose time-out has passed,
     * might wait for ever if every carrier thread were kept like that.
     */
    private void unmount() {
        LockSupport.parkNanos(this, 1);
        unmountedNanos = System.nanoTime();
    }

    @Override
    void stopped() {
        // The end of the poll that watched its socket woke each waiting thread.
    }
}
