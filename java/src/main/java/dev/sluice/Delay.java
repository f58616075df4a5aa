package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends with OK when a time has passed since its submission. It belongs to no socket. A pending delay is
 * ended by {@link CompletionPort#cancel} and moved by {@link CompletionPort#moveDeadline}.
 */
public final class Delay extends Operation<Delay> {
    private long delayNanos;

    /**
     * Makes a delay.
     *
     * @param delay from submission to event; zero ends it at the next poll
     */
    public Delay(Duration delay) {
        super(RequestKind.DELAY, null);
        delayNanos(TimeUnit.NANOSECONDS.convert(delay));
    }

    /**
     * Changes the time for the next submission.
     *
     * @param delayNanos nanoseconds from submission to event, 0 or more
     * @return this operation
     * @throws IllegalStateException if the delay is pending
     */
    public Delay delayNanos(long delayNanos) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("a delay of " + delayNanos + " ns: use 0 or more");
        }
        requireIdle("change the delay of");
        this.delayNanos = delayNanos;
        return this;
    }

    @Override
    public Delay timeoutNanos(long timeoutNanos) {
        throw new UnsupportedOperationException("a delay has no timeout: use delayNanos()");
    }

    @Override
    void prepare() {
        long bounded = Math.min(delayNanos, Long.MAX_VALUE / 4);
        request.deadlineNanos(System.nanoTime() + bounded);
        assert request.deadlineNanos() != Request.NO_DEADLINE : "a delay has a deadline";
    }
}
