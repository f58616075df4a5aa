package dev.sluice.internal.net;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * The failures of an operation that is retried: the pause before the next attempt, and the log. The
 * log has one line when failures begin and one when they have ended, however many there are. A
 * success ends a series of failures if the last failure is more than a second old.
 */
public final class Backoff {
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** A success this long after the last failure ends the series. */
    private static final long QUIET_NANOS = 1_000_000_000;

    private static final double NANOS_PER_TENTH = 1e8;

    /** So many lasting failures in a row are tolerated whatever time they take. */
    public static final int MAX_IN_A_ROW = 10;

    private final Logger log;
    private final String subject;

    // All guarded by this.

    /** Of the present series; 0 while there is none. */
    private long failures;

    private long firstNanos;
    private long latestNanos;

    /** Failures that are not temporary, without a success between them. */
    private int inARow;

    private long rowNanos;
    private long pauseNanos;

    /**
     * Creates a record without failures.
     *
     * @param subject begins both lines, such as "accept on tcp 127.0.0.1:80"
     */
    public Backoff(Logger log, String subject) {
        this.log = log;
        this.subject = subject;
    }

    /**
     * Records a failure.
     *
     * @param temporary true for a shortage, as of descriptors, which may last and then pass
     * @return the pause before the next attempt, in nanoseconds
     */
    public synchronized long failed(String cause, boolean temporary) {
        long now = System.nanoTime();
        failures++;
        if (failures == 1) {
            firstNanos = now;
            log.warn("{}: {}; retrying, further failures are counted", subject, cause);
        } else {
            log.debug("{}: {}", subject, cause);
        }
        latestNanos = now;
        if (temporary) {
            inARow = 0;
        } else {
            inARow++;
            rowNanos = inARow == 1 ? now : rowNanos;
        }
        pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        return pauseNanos;
    }

    /** Records a success. */
    public synchronized void succeeded() {
        if (failures == 0) {
            return;
        }
        inARow = 0;
        pauseNanos = 0;
        if (System.nanoTime() - latestNanos >= QUIET_NANOS) {
            logEnd("succeeds again");
        }
    }

    /** Returns true if it has failed so often in a row, and for so long, that it may never succeed. */
    public synchronized boolean persists(Duration patience) {
        return inARow >= MAX_IN_A_ROW
                && latestNanos - rowNanos >= TimeUnit.NANOSECONDS.convert(patience);
    }

    /** Records that nothing is retried any more, and logs it. */
    public synchronized void ended() {
        if (failures > 0) {
            logEnd("is not retried any more");
        }
    }

    /** As {@link #ended}; the caller logs the summary that this returns. */
    public synchronized String endedWithSummary() {
        String all = summary();
        failures = 0;
        return all;
    }

    private void logEnd(String end) {
        log.warn("{}: {} after {}", subject, end, summary());
        failures = 0;
    }

    /** Such as "12 failures in 5.3 s". */
    private String summary() {
        return failures + (failures == 1 ? " failure in " : " failures in ")
                + Math.round((latestNanos - firstNanos) / NANOS_PER_TENTH) / 10.0 + " s";
    }
}
