package dev.sluice.internal.engine;

import dev.sluice.internal.spi.WaitFailure;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Asks the kernel again when a wait failed, with a growing pause; what lasts is the port's end. */
final class WaitRetries {
    /** The pauses double from one millisecond: two seconds together. */
    private static final int MOST = 11;

    private static final long FIRST_PAUSE_NANOS = 1_000_000;

    private int failures;
    private @Nullable WaitFailure last;

    /** Why the port failed, or null. */
    @Nullable
    WaitFailure lasting() {
        return last;
    }

    void requireNone() {
        if (last != null) {
            throw new WaitFailure(last);
        }
    }

    void noteSuccess() {
        failures = 0;
    }

    /** Pauses; throws if the failure lasts. */
    void noteFailure(WaitFailure failure) {
        if (failures == MOST) {
            last = failure;
            throw failure;
        }
        pause(FIRST_PAUSE_NANOS << failures);
        failures++;
    }

    /** Not cut short by an interrupt, nor may it be a spin while the thread is interrupted. */
    private void pause(long nanos) {
        long endNanos = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = endNanos - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
