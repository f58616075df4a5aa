package dev.sluice.net;

/** When a connection was last used, for those that want to know. */
final class Activity {
    private static final long UNKNOWN = -1;

    /** What the peer has taken is looked at this often within the time that a write may be idle. */
    private static final int SAMPLES = 4;

    /** The longest time without traffic, or {@link Long#MAX_VALUE}. */
    volatile long idleNanos = Long.MAX_VALUE;

    private volatile long lastNanos = System.nanoTime();

    /** Bytes that the peer had not acknowledged at the last look, unless bytes have moved since. */
    private volatile long unacknowledged = UNKNOWN;

    private volatile long sampledNanos = lastNanos;

    /** The last traffic before the time after which a look found none; of the thread that reads. */
    private long lookedOfReading = lastNanos - 1;

    /** The same of the thread that writes. */
    private long lookedOfWriting = lastNanos - 1;

    void beat() {
        lastNanos = System.nanoTime();
        unacknowledged = UNKNOWN;
    }

    /** Time left before it has been idle for that long; zero or less if it has been. */
    long leftNanos(long allowedNanos) {
        return allowedNanos - (System.nanoTime() - lastNanos);
    }

    /** Whether a thread that found it idle has to look at the system before it fails: once. */
    boolean shallLook(boolean writes) {
        long last = lastNanos;
        long looked = writes ? lookedOfWriting : lookedOfReading;
        if (writes) {
            lookedOfWriting = last;
        } else {
            lookedOfReading = last;
        }
        return looked != last;
    }

    /** Time left before a write that waits looks at what the peer has taken. */
    long leftUntilSample() {
        long now = System.nanoTime();
        long sinceNanos = Math.min(now - lastNanos, now - sampledNanos);
        return idleNanos / SAMPLES - sinceNanos;
    }

    /**
     * Notes how many bytes the peer has not acknowledged, or -1. It is traffic that they have changed
     * since the last look. The first look cannot know, and gives the peer the benefit of the doubt.
     */
    void sample(long bytes) {
        long before = unacknowledged;
        boolean changed = bytes != before && (before != UNKNOWN || bytes > 0);
        unacknowledged = bytes;
        sampledNanos = System.nanoTime();
        if (changed) {
            lastNanos = sampledNanos;
        }
    }
}
