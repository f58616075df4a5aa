package dev.sluice.internal.ffi;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the system calls that one port, or one thread at a time, has made, by what they are for. The
 * caller of a binding counts, since a binding does not know why it is called. Writes are opaque: they
 * cost what a plain write costs, and any thread reads a recent number.
 */
public final class CallCounts {
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong submissions = new AtomicLong();
    private final AtomicLong tries = new AtomicLong();
    private final AtomicLong others = new AtomicLong();

    /** Counts a call that fetches events, whether or not it blocks. */
    public void addWait() {
        add(waits);
    }

    /** Counts a call that leaves operations to the kernel and fetches no events. */
    public void addSubmission() {
        add(submissions);
    }

    /** Counts a call that carries out an operation at once or not at all. */
    public void addTry() {
        add(tries);
    }

    /** Counts a call that opens, closes, sets or asks something. */
    public void addOther() {
        add(others);
    }

    /** Returns the calls that fetched events. Any thread may call this and the methods below. */
    public long waits() {
        return waits.getOpaque();
    }

    /** Returns the calls that only submitted. */
    public long submissions() {
        return submissions.getOpaque();
    }

    /** Returns the calls that carried out an operation at once, or tried to. */
    public long tries() {
        return tries.getOpaque();
    }

    /** Returns all other calls. */
    public long others() {
        return others.getOpaque();
    }

    /** One thread at a time counts, so no atomic increment is needed. */
    private static void add(AtomicLong count) {
        count.setOpaque(count.getPlain() + 1);
    }
}
