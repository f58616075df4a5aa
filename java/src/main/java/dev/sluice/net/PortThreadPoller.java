package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import org.jspecify.annotations.Nullable;

/**
 * The port has a carrier of its own, which runs a virtual thread that polls and those of its
 * connections. The owner polls, wakes, and yields, so that those it woke have run when it goes on;
 * when nobody is left to run it waits in the kernel. What they write through a ring goes to the
 * system with the call that waits for the next bytes.
 */
final class PortThreadPoller extends Poller {
    private final PortThread carrier;

    /** Null if threads make their own system calls. */
    private final @Nullable WriteBatch outbox;

    PortThreadPoller(CompletionPort port, PortThread carrier, String name) {
        super(port, carrier.threads().name(name), carrier.thread());
        this.carrier = carrier;
        this.outbox = port.backend() == Backend.IO_URING ? new WriteBatch(port) : null;
        carrier.serves(thread(), port::wakeup);
    }

    @Override
    Thread.Builder.OfVirtual threads() {
        return carrier.threads();
    }

    @Override
    ReadSide inlet(ConnectionState wire) {
        return outbox != null ? new CompletionReadSide(wire) : DirectReadSide.of(wire);
    }

    @Override
    @Nullable
    WriteBatch outbox() {
        return outbox;
    }

    @Override
    void turn() {
        boolean waits = carrier.beginWait();
        try {
            port().poll(waits ? CompletionPort.FOREVER : 0);
        } finally {
            carrier.endWait();
        }
        if (outbox == null) {
            letOthersRun();
            return;
        }
        outbox.collect();
        letOthersRun();
        outbox.endCollecting();
        outbox.submit();
        outbox.replenish();
    }

    @SuppressWarnings("ThreadPriorityCheck") // Those who were woken shall run before the next look.
    private static void letOthersRun() {
        Thread.yield();
    }

    @Override
    void stopped() {
        if (outbox != null) {
            outbox.stopped();
        }
        carrier.portIsClosed();
    }
}
