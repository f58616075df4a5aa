package dev.sluice.internal.net.serving;

import dev.sluice.internal.net.EventRecorder;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * The times during which one limit of a server is reached. The log has one line when such a time
 * begins and one when it has ended, however many connections come: a limit that was not reached for
 * a second is no longer reached.
 */
final class Overload {
    private static final long QUIET_NANOS = 1_000_000_000;
    private static final double NANOS_PER_TENTH = 1e8;

    private final Logger log;
    private final String listener;
    private final String bound;
    private final String action;

    /** Read without the lock where nothing is to be done most of the time. */
    private volatile boolean lasts;

    // All below guarded by this.

    private long firstNanos;
    private long latestNanos;
    private long refused;
    private long aborted;
    private long refusedNow;
    private long abortedNow;

    /**
     * Creates a limit that is not reached.
     *
     * @param bound such as "10000 connections (Server.maxConnections)"
     * @param action what happens to connections, such as "new ones wait in the backlog"
     */
    Overload(Logger log, Object listener, String bound, String action) {
        this.log = log;
        this.listener = listener.toString();
        this.bound = bound;
        this.action = action;
    }

    /** Records that a new connection reaches the limit. */
    synchronized void met() {
        latestNanos = System.nanoTime();
        if (!lasts) {
            lasts = true;
            firstNanos = latestNanos;
            refusedNow = 0;
            abortedNow = 0;
            log.warn("{} is full: {}; {}", listener, bound, action);
        }
    }

    /** Records that it was reset for that. */
    synchronized void refused() {
        met();
        refused++;
        refusedNow++;
    }

    /** Records that an idle connection was reset in its place. */
    synchronized void abortedIdle() {
        met();
        aborted++;
        abortedNow++;
    }

    synchronized long totalRefused() {
        return refused;
    }

    synchronized long totalAborted() {
        return aborted;
    }

    /** Logs the end if the limit was not reached for a second; returns true if it lasts. */
    boolean check() {
        if (!lasts) {
            return false;
        }
        synchronized (this) {
            if (lasts && System.nanoTime() - latestNanos >= QUIET_NANOS) {
                end();
            }
            return lasts;
        }
    }

    /** Records that the server accepts no more. */
    synchronized void stopped() {
        if (lasts) {
            end();
        }
    }

    private void end() {
        lasts = false;
        long nanos = latestNanos - firstNanos;
        log.warn("{} was full for {} s: {}; {} refused, {} idle ones reset", listener,
                Math.round(nanos / NANOS_PER_TENTH) / 10.0, bound, refusedNow, abortedNow);
        EventRecorder.overloaded(
                listener, bound, Duration.ofNanos(nanos), refusedNow, abortedNow);
    }
}
