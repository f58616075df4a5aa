package dev.sluice.internal.engine;

import dev.sluice.internal.spi.WaitFailure;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Counts the failures of waits in a row, each followed by a longer pause; the last one stays. */
final class WaitRetries {
    /** The pauses double from one millisecond: two seconds together. */
    private static final int MAX_FAILURES = 11;

    private static final long FIRST_PAUSE_NANOS = 1_000_000;

    private int failures;
    private @Nullable WaitFailure lasting;

    /** Returns the failure that lasts, for which the port counts as failed, or null. */
    @Nullable
    WaitFailure lasting() {
        return lasting;
    }

    /** Pauses after a failure; throws it once there were too many. */
    void pauseAfter(WaitFailure failure) {
        if (failures == MAX_FAILURES) {
            lasting = failure;
            throw failure;
        }
        pause(FIRST_PAUSE_NANOS << failures);
        failures++;
    }

    /** Pauses for the whole time; an interrupt neither ends it nor makes it spin. */
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
