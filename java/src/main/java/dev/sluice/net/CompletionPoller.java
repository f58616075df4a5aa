package dev.sluice.net;

import dev.sluice.CompletionPort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of the system owns the port, since the kernel binds a ring to one, and a virtual thread
 * beside it wakes those whose bytes came: all of a poll at once and on their own carriers, as waking
 * each from here would cost a change of threads. While they run the owner waits for a while, so that
 * what they write goes to the system together, in the call that waits for the next bytes.
 */
final class CompletionPoller extends Poller {
    /**
     * How long what was written waits at most while those whom the owner has woken run. It is far
     * longer than they run as a rule: looking at the system sooner would find little, and each look
     * costs a change of threads.
     */
    private static final long PATIENCE_NANOS = 2_000_000;

    /** For fewer the owner's turn costs more than their own calls. */
    private static final int WORTH_COLLECTING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final WriteBatch outbox;
    private final Thread dispatcher;

    /** Whose bytes came in this poll; of the port's thread. */
    private List<ReadyWaiter> woken = new ArrayList<>();

    /** Those whom the dispatcher wakes: its own while {@link #handed}, else of the port's thread. */
    private List<ReadyWaiter> given = new ArrayList<>();

    /** How many of them were woken; the dispatcher's own. */
    private int nextGiven;

    private volatile boolean handed;

    /** Of the port's thread: a batch was handed over and it has not yet seen it come back. */
    private boolean underWay;

    CompletionPoller(CompletionPort port, String name) {
        super(port, Thread.ofPlatform().daemon().name(name), null);
        this.outbox = new WriteBatch(port);
        this.dispatcher = Thread.ofVirtual().name(name + "-dispatch").unstarted(this::dispatch);
    }

    @Override
    void start() {
        super.start();
        dispatcher.start();
    }

    @Override
    ReadSide inlet(ConnectionState wire) {
        return new CompletionReadSide(wire);
    }

    @Override
    WriteBatch outbox() {
        return outbox;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Soon, or at once if that thread needs no carrier. */
    @Override
    void wake(ReadyWaiter direction) {
        if (direction.isWaitedForByVirtualThread()) {
            try {
                woken.add(direction);
            } catch (OutOfMemoryError none) {
                direction.wake(); // At the price of a change of threads.
            }
        } else {
            direction.wake();
        }
    }

    @Override
    void turn() {
        try {
            port().poll(mayWait() ? CompletionPort.FOREVER : 0);
        } finally {
            if (!underWay && !woken.isEmpty()) {
                hand();
            }
            if (underWay) {
                awaitDispatcher();
            }
            outbox.submit();
        }
        outbox.replenish();
    }

    /** Whoever was woken and has not run may write, or is to be woken by the next batch. */
    private boolean mayWait() {
        return !underWay && woken.isEmpty();
    }

    private void hand() {
        List<ReadyWaiter> batch = woken;
        woken = given;
        given = batch;
        if (batch.size() >= WORTH_COLLECTING) {
            outbox.collect();
        }
        underWay = true;
        handed = true;
        LockSupport.unpark(dispatcher);
    }

    /**
     * Returns when those who were woken have run, or when they have been running for long: perhaps
     * one keeps the carrier, or another process the processor. Who else was woken meanwhile could not
     * run either, so the batch stays one.
     */
    private void awaitDispatcher() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long left = PATIENCE_NANOS;
        while (handed && left > 0 && !isStopping()) {
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
        if (!handed) {
            underWay = false;
            outbox.endCollecting();
        }
    }

    @Override
    void stopped() {
        woken.forEach(ReadyWaiter::wake);
        woken.clear();
        outbox.stopped();
        LockSupport.unpark(dispatcher);
    }

    // ---- on the dispatcher ---------------------------------------------------------------------

    private void dispatch() {
        while (handed || !isStopping()) {
            try {
                serve();
            } catch (RuntimeException | Error failure) {
                // Short of memory, even a park may fail. The remaining threads wait for this one.
                FailureLog.error(LOG, "a wake-up failed", failure);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Those who were woken shall run before the owner does.
    private void serve() {
        if (!handed) {
            LockSupport.park(this);
        } else {
            while (nextGiven < given.size()) {
                given.get(nextGiven++).wake();
            }
            given.clear();
            nextGiven = 0;
            Thread.yield();
            handed = false;
            LockSupport.unpark(thread());
        }
    }
}
