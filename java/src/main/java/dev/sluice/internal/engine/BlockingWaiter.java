package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits in the kernel for a port whose owner is a virtual thread: a system call that waits would keep
 * the owner's carrier from running others. The owner is parked meanwhile, so that the backend is
 * still used by one thread at a time.
 */
final class BlockingWaiter {
    private final Backend backend;
    private @Nullable Thread thread;
    private @Nullable Throwable failure;
    private long timeoutNanos;
    private @Nullable Thread owner;

    /** True from the owner's question to the answer; it publishes all other fields both ways. */
    private volatile boolean asked;

    private volatile boolean ended;

    BlockingWaiter(Backend backend) {
        this.backend = backend;
    }

    /** As {@link Backend#fetch}; the calling virtual thread parks until it has returned. */
    void fetch(long timeout) {
        timeoutNanos = timeout;
        owner = Thread.currentThread();
        Thread waiting = started();
        asked = true;
        LockSupport.unpark(waiting);
        boolean interrupted = false;
        while (asked) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    private Thread started() {
        Thread present = thread;
        if (present == null) {
            present = Thread.ofPlatform().daemon().name("sluice-wait").unstarted(this::run);
            present.start();
            thread = present;
        }
        return present;
    }

    private void run() {
        while (!ended) {
            if (!asked) {
                LockSupport.park(this);
                continue;
            }
            try {
                backend.fetch(timeoutNanos);
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            }
            Thread waiter = owner;
            asked = false;
            LockSupport.unpark(waiter);
        }
    }

    /** Lets the thread end; no fetch is under way. */
    void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
