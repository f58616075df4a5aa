package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import dev.sluice.internal.net.FailureLog;
import dev.sluice.internal.net.ReadyWaiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A platform thread owns the port, since the kernel binds a ring to one. A virtual thread, the
 * dispatcher, wakes the threads whose bytes arrived: all of one poll together and on their own carrier
 * threads, since each wake-up from the owner would cost a thread switch. While they run the owner
 * waits for a bounded time, so that their writes enter the kernel together, with the call that waits
 * for the next bytes.
 */
final class CompletionPoller extends Poller {
    /**
     * How long writes wait at most for the woken threads. It is far longer than those usually run:
     * an earlier look would find little, and each look costs a thread switch.
     */
    private static final long PATIENCE_NANOS = 2_000_000;

    /** For fewer threads the owner's turn costs more than their own system calls. */
    private static final int WORTH_COLLECTING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final WriteBatch writeBatch;
    private final Thread dispatcher;

    /** To be woken by the next batch; of the port's thread. */
    private List<ReadyWaiter> next = new ArrayList<>();

    /** The batch of the dispatcher while {@link #dispatching}, else of the port's thread. */
    private List<ReadyWaiter> batch = new ArrayList<>();

    /** The first of the batch that is not woken yet; of the dispatcher. */
    private int nextToWake;

    private volatile boolean dispatching;

    /** True until the port's thread has seen the end of the batch; of that thread. */
    private boolean underWay;

    CompletionPoller(CompletionPort port, String name) {
        super(port, Thread.ofPlatform().daemon().name(name), null);
        this.writeBatch = new WriteBatch(port);
        this.dispatcher = Thread.ofVirtual().name(name + "-dispatch").unstarted(this::dispatch);
    }

    @Override
    void start() {
        super.start();
        dispatcher.start();
    }

    @Override
    public boolean receivesByCompletion() {
        return true;
    }

    @Override
    public WriteBatch writeBatch() {
        return writeBatch;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Wakes a virtual thread with the next batch, and a platform thread at once. */
    @Override
    public void wake(ReadyWaiter side) {
        if (side.hasVirtualWaiter()) {
            try {
                next.add(side);
            } catch (OutOfMemoryError none) {
                side.wake(); // It costs a thread switch.
            }
        } else {
            side.wake();
        }
    }

    @Override
    void turn() {
        try {
            poll(mayWait());
        } finally {
            if (!underWay && !next.isEmpty()) {
                hand();
            }
            if (underWay) {
                awaitDispatcher();
            }
            writeBatch.submit();
        }
        writeBatch.replenish();
    }

    /** False while a woken thread may write, or one waits for the next batch. */
    private boolean mayWait() {
        return !underWay && next.isEmpty();
    }

    private void hand() {
        List<ReadyWaiter> handed = next;
        next = batch;
        batch = handed;
        if (handed.size() >= WORTH_COLLECTING) {
            writeBatch.collect();
        }
        underWay = true;
        dispatching = true;
        LockSupport.unpark(dispatcher);
    }

    /**
     * Returns when the woken threads have run, or after {@link #PATIENCE_NANOS}: one of them may hold
     * the carrier thread, or another process the processor. Other threads that were woken meanwhile
     * could not run either, so the batch stays one.
     */
    private void awaitDispatcher() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long left = PATIENCE_NANOS;
        while (dispatching && left > 0 && !isStopping()) {
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
        if (!dispatching) {
            underWay = false;
            writeBatch.endCollecting();
        }
    }

    @Override
    void stopped() {
        next.forEach(ReadyWaiter::wake);
        next.clear();
        writeBatch.stopped();
        LockSupport.unpark(dispatcher);
    }

    // ---- on the dispatcher ---------------------------------------------------------------------

    private void dispatch() {
        while (dispatching || !isStopping()) {
            try {
                serve();
            } catch (RuntimeException | Error failure) {
                // Without memory even a park may fail. The rest of the batch waits for this thread.
                FailureLog.error(LOG, "a wake-up failed", failure);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // The woken threads run before the owner continues.
    private void serve() {
        if (!dispatching) {
            LockSupport.park(this);
        } else {
            while (nextToWake < batch.size()) {
                batch.get(nextToWake++).wake();
            }
            batch.clear();
            nextToWake = 0;
            Thread.yield();
            dispatching = false;
            LockSupport.unpark(thread());
        }
    }
}
