package dev.sluice.net;

/** When a connection was last used, for those that want to know. */
final class Activity {
    /** The longest time without traffic, or {@link Long#MAX_VALUE}. */
    volatile long idleNanos = Long.MAX_VALUE;

    private volatile long lastNanos = System.nanoTime();

    void beat() {
        lastNanos = System.nanoTime();
    }

    /** Time left before it has been idle for that long; zero or less if it has been. */
    long leftNanos(long allowedNanos) {
        return allowedNanos - (System.nanoTime() - lastNanos);
    }
}
