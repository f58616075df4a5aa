package dev.sluice.net;

import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;

/**
 * A virtual thread owns the port. It runs on the same carriers as those who wait for it: it polls,
 * wakes all whose sockets became ready, and lets them run before it polls again. Only when nothing
 * happens it sleeps, and its port has a platform thread wait for it.
 */
final class ReadinessPoller extends Poller {
    /** A yield that took less time than this let nobody else run, so nobody waits to. */
    private static final long NOBODY_RAN_NANOS = 2_000;

    /**
     * Those whom one poll wakes run before the next. With more of them what the poll has touched of
     * each, in the kernel and here, has left the processor's cache when it runs.
     */
    private static final int MOST_WOKEN = 64;

    private boolean alone;

    ReadinessPoller(CompletionPort port, String name) {
        super(port, Thread.ofVirtual().name(name));
    }

    static PortOptions inBatches(PortOptions options) {
        int most = Math.min(options.maxEventsPerPoll(), MOST_WOKEN);
        return options.fairness(most, options.maxTurnsPerSocket());
    }

    @Override
    Inlet inlet(Wire wire) {
        return tellsEdges() ? new ReadinessInlet(wire) : new AskingInlet(wire);
    }

    @Override
    void turn() {
        port().poll(alone ? CompletionPort.FOREVER : 0);
        alone = yieldToNobody();
        if (!alone) {
            // Those who were woken have run; did they leave anybody?
            alone = yieldToNobody();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Those who were woken shall run before the next look.
    private static boolean yieldToNobody() {
        long before = System.nanoTime();
        Thread.yield();
        return System.nanoTime() - before < NOBODY_RAN_NANOS;
    }

    @Override
    void stopped() {
        // Whoever waits was woken by the end of the operation that watched its socket.
    }
}
