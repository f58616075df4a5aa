package dev.sluice.internal.net.serving;

/** The reset of an idle connection, whose place another connection may get. */
final class IdleReset {
    /** A handler that blocks elsewhere, such as on a lock, keeps the place for longer. */
    private static final long MOST_NANOS = 1_000_000_000;

    private final long beganNanos = System.nanoTime();
    private volatile boolean ended;

    /** The socket is released. */
    void end() {
        ended = true;
    }

    /** Returns true for a second at most: then it is no longer expected that a place becomes free. */
    boolean isUnderWay() {
        return !ended && System.nanoTime() - beganNanos < MOST_NANOS;
    }
}
