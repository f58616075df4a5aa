package dev.sluice.net;

import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import java.util.concurrent.locks.LockSupport;

/**
 * A virtual thread owns the port. It runs on the same carriers as those who wait for it: it polls,
 * wakes all whose sockets became ready, and lets them run before it polls again. Only when nothing
 * happens it sleeps, and its port has a platform thread wait for it.
 */
final class ReadinessPoller extends Poller {
    /** A yield that took less time than this let nobody else run, so nobody waits to. */
    private static final long NOBODY_RAN_NANOS = 2_000;

    /**
     * Where even a yield to nobody takes longer, as in an interpreter or on a slow board, it took
     * no more than so many times the shortest one.
     */
    private static final int TIMES_THE_SHORTEST = 4;

    /** How long threads that are waiting for a carrier may have to wait for this one's. */
    private static final long UNTIL_ASIDE_NANOS = 10_000_000;

    /** A wait that was longer than this was none on the carrier, which others had meanwhile. */
    private static final long SLEPT_NANOS = 1_000_000;

    /**
     * Those whom one poll wakes run before the next. With more of them what the poll has touched of
     * each, in the kernel and here, has left the processor's cache when it runs.
     */
    private static final int MOST_WOKEN = 64;

    private boolean alone;
    private long shortestNanos = Long.MAX_VALUE / TIMES_THE_SHORTEST;

    /** When the last yield ended. */
    private long yieldedNanos = System.nanoTime();

    /** When the carrier was last without this thread. */
    private long asideNanos = yieldedNanos;

    ReadinessPoller(CompletionPort port, String name) {
        super(port, Thread.ofVirtual().name(name), null);
    }

    static PortOptions inBatches(PortOptions options) {
        int most = Math.min(options.maxEventsPerPoll(), MOST_WOKEN);
        return options.maxEventsPerPoll(most);
    }

    @Override
    ReadSide inlet(ConnectionState wire) {
        return DirectReadSide.of(wire);
    }

    @Override
    void turn() {
        boolean waited = alone;
        long beforeNanos = yieldedNanos;
        port().poll(waited ? CompletionPort.FOREVER : 0);
        long polledNanos = System.nanoTime();
        if (waited && polledNanos - beforeNanos > SLEPT_NANOS) {
            asideNanos = polledNanos;
        }
        alone = yieldToNobody(polledNanos);
        if (!alone) {
            // Those who were woken have run; did they leave anybody?
            alone = yieldToNobody(yieldedNanos);
        }
        if (yieldedNanos - asideNanos > UNTIL_ASIDE_NANOS) {
            stepAside();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Those who were woken shall run before the next look.
    private boolean yieldToNobody(long nowNanos) {
        Thread.yield();
        yieldedNanos = System.nanoTime();
        long tookNanos = yieldedNanos - nowNanos;
        shortestNanos = Math.min(shortestNanos, tookNanos);
        return tookNanos < Math.max(NOBODY_RAN_NANOS, shortestNanos * TIMES_THE_SHORTEST);
    }

    /**
     * Lets go of the carrier until another thread gives this one back to the scheduler. A carrier
     * serves its own queue, or the one from which it took a thread, for as long as anything is in
     * it; one that yields always is. So those whom a thread of the system started or woke, or whose
     * time-out is over, might wait for ever, were all other carriers kept.
     */
    private void stepAside() {
        LockSupport.parkNanos(this, 1);
        asideNanos = System.nanoTime();
    }

    @Override
    void stopped() {
        // Whoever waits was woken by the end of the operation that watched its socket.
    }
}
