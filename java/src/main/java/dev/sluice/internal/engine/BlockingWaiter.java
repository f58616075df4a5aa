package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits in the kernel for a port whose owner is a virtual thread: a blocking system call would keep the
 * owner's carrier from running others. The owner parks meanwhile, so that one thread at a time uses
 * the backend.
 */
final class BlockingWaiter {
    private final Backend backend;
    private @Nullable Thread thread;
    private @Nullable Throwable failure;
    private long timeoutNanos;
    private @Nullable Thread owner;

    /** True from the owner's request to the result; it publishes all other fields both ways. */
    private volatile boolean requested;

    private volatile boolean ended;

    BlockingWaiter(Backend backend) {
        this.backend = backend;
    }

    /** Calls {@link Backend#fetch} on another thread; the calling virtual thread parks meanwhile. */
    void fetch(long timeout) {
        timeoutNanos = timeout;
        owner = Thread.currentThread();
        Thread waiting = started();
        requested = true;
        LockSupport.unpark(waiting);
        boolean interrupted = false;
        while (requested) {
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
            if (!requested) {
                LockSupport.park(this);
                continue;
            }
            try {
                backend.fetch(timeoutNanos);
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            }
            Thread waiter = owner;
            requested = false;
            LockSupport.unpark(waiter);
        }
    }

    /** Ends the thread; no fetch is in progress. */
    void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
