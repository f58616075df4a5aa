package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.spi.Capability;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread owns the port and runs on a {@link PortThread} with the threads of the port's
 * connections. It polls, wakes them, and yields, so that they have run when it continues; when none is
 * left to run it waits in the kernel. On io_uring their writes enter the kernel with the call that
 * waits for the next bytes.
 */
final class PortThreadPoller extends Poller {
    private final PortThread portThread;

    /** Null if threads make their own system calls. */
    private final @Nullable WriteBatch writeBatch;

    /** Counts turns; of the port's threads, and others read it without harm. */
    private int turns;

    PortThreadPoller(CompletionPort port, PortThread portThread, String name) {
        super(port, portThread.threads().name(name), portThread.platformThread());
        this.portThread = portThread;
        this.writeBatch = has(Capability.BATCHES_SUBMISSIONS) ? new WriteBatch(port) : null;
        portThread.setOwner(thread(), port::wakeup);
    }

    @Override
    public Thread.Builder.OfVirtual threads() {
        return portThread.threads();
    }

    @Override
    public boolean receivesByCompletion() {
        return writeBatch != null;
    }

    @Override
    public @Nullable WriteBatch writeBatch() {
        return writeBatch;
    }

    @Override
    public void countCall(ReadyWaiter side) {
        if (side.countCall(turns) && Thread.currentThread().isVirtual()) {
            letOthersRun();
        }
    }

    @Override
    void turn() {
        turns++;
        boolean waits = portThread.beginWait();
        try {
            poll(waits);
        } finally {
            portThread.endWait();
        }
        if (writeBatch == null) {
            letOthersRun();
            return;
        }
        writeBatch.collect();
        letOthersRun();
        writeBatch.endCollecting();
        writeBatch.submit();
        writeBatch.replenish();
    }

    @SuppressWarnings("ThreadPriorityCheck") // The other threads of the port are queued here too.
    private static void letOthersRun() {
        Thread.yield();
    }

    @Override
    void stopped() {
        if (writeBatch != null) {
            writeBatch.stopped();
        }
        portThread.portClosed();
    }
}
