package dev.sluice.internal.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The greatest of the numbers that one thread added lately: in the present period and the one before.
 * Any number of readers may ask, since reading resets nothing.
 */
final class RecentMaximum {
    static final long PERIOD_NANOS = 10_000_000_000L;

    private final AtomicLong periodBegan = new AtomicLong(System.nanoTime());
    private final AtomicLong present = new AtomicLong();
    private final AtomicLong before = new AtomicLong();

    /** Adds a number at a time. */
    void add(long value, long nowNanos) {
        long passedNanos = nowNanos - periodBegan.getPlain();
        if (passedNanos >= PERIOD_NANOS) {
            before.setOpaque(passedNanos < 2 * PERIOD_NANOS ? present.getPlain() : 0);
            present.setOpaque(value);
            periodBegan.setOpaque(nowNanos);
        } else if (value > present.getPlain()) {
            present.setOpaque(value);
        }
    }

    /** Returns the greatest at a time, 0 if nothing was added for long. Any thread may call. */
    long at(long nowNanos) {
        long passedNanos = nowNanos - periodBegan.getOpaque();
        if (passedNanos >= 2 * PERIOD_NANOS) {
            return 0;
        }
        long latest = present.getOpaque();
        return passedNanos >= PERIOD_NANOS ? latest : Math.max(latest, before.getOpaque());
    }
}
