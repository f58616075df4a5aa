package dev.sluice.net;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Failures of something that is tried again and again: how long to pause before the next try, and
 * what the log says: one line when they begin and one when they have ended, whatever their number.
 * Failures with successes between them are one trouble unless there was none for a while.
 */
final class Backoff {
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** A success ends the trouble when the last failure was as long ago as this. */
    private static final long UNTIL_OVER_NANOS = 1_000_000_000;

    private static final double NANOS_PER_TENTH = 1e8;

    /** As many in a row may still pass by themselves. */
    static final int MOST_IN_A_ROW = 10;

    private final Logger log;
    private final String what;

    // All guarded by this.

    /** Of the present trouble; 0 while there is none. */
    private long failures;

    private long firstNanos;
    private long latestNanos;

    /** Failures that do not pass by themselves, without a success between them. */
    private int inARow;

    private long rowNanos;
    private long pauseNanos;

    /**
     * Without failures yet.
     *
     * @param what begins both lines, such as "accept on tcp 127.0.0.1:80"
     */
    Backoff(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /**
     * It failed.
     *
     * @param passes whether it is a shortage, as of descriptors, which may last and then pass
     * @return how long to pause before the next try, in nanoseconds
     */
    synchronized long failed(String cause, boolean passes) {
        long now = System.nanoTime();
        failures++;
        if (failures == 1) {
            firstNanos = now;
            log.warn("{}: {}; tried again, further failures are counted", what, cause);
        } else {
            log.debug("{}: {}", what, cause);
        }
        latestNanos = now;
        if (passes) {
            inARow = 0;
        } else {
            inARow++;
            rowNanos = inARow == 1 ? now : rowNanos;
        }
        pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        return pauseNanos;
    }

    /** It succeeded. */
    synchronized void succeeded() {
        if (failures == 0) {
            return;
        }
        inARow = 0;
        pauseNanos = 0;
        if (System.nanoTime() - latestNanos >= UNTIL_OVER_NANOS) {
            over("succeeds again");
        }
    }

    /** Whether it has failed so often in a row, and for so long, that it may not pass. */
    synchronized boolean persists(Duration patience) {
        return inARow >= MOST_IN_A_ROW
                && latestNanos - rowNanos >= TimeUnit.NANOSECONDS.convert(patience);
    }

    /** It is not tried any more. */
    synchronized void ended() {
        if (failures > 0) {
            over("is not tried any more");
        }
    }

    /** It is not tried any more; the caller logs the summary that this returns. */
    synchronized String giveUp() {
        String all = summary();
        failures = 0;
        return all;
    }

    private void over(String end) {
        log.warn("{}: {} after {}", what, end, summary());
        failures = 0;
    }

    /** Such as "12 failures in 5.3 s". */
    private String summary() {
        return failures + (failures == 1 ? " failure in " : " failures in ")
                + Math.round((latestNanos - firstNanos) / NANOS_PER_TENTH) / 10.0 + " s";
    }
}
