package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;

/**
 * Listeners whose last accept failed for a cause that can pass: no descriptor, no memory, a firewall.
 * The next accept waits until this port gives a descriptor back, or a pause is over, since another
 * part of the process may have given one back. An accept that is submitted again at once would
 * otherwise keep the thread busy with failing. A multishot accept starts again by itself.
 */
final class StarvedAccepts {
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** At the limit of descriptors accepts succeed and fail in turn: not each failure is an event. */
    private static final long BETWEEN_EVENTS_NANOS = 1_000_000_000;

    private final Engine engine;
    private final Deadlines deadlines;
    private final EventQueue events;
    private final Request timer = new Request(RequestKind.DELAY, this);
    private final ArrayList<Channel> starved = new ArrayList<>();

    /** Multishot accepts whose failure was reported, until they accept again. */
    private final ArrayList<Request> reported = new ArrayList<>();

    private long reportedNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    StarvedAccepts(Engine engine, Deadlines deadlines, EventQueue events) {
        this.engine = engine;
        this.deadlines = deadlines;
        this.events = events;
    }

    boolean owns(Request request) {
        return request == timer;
    }

    /**
     * Keeps a multishot accept that failed with the backend, if its cause can pass. Of a socket that
     * listens only INVALID cannot: its listening was shut down.
     *
     * @return false if the failure is its end
     */
    boolean keep(Channel listener, Request accept, Outcome outcome, int nativeCode) {
        boolean passes = accept.multishot && accept.cancelReason == null
                && listener.state == Channel.State.LISTENING && outcome != Outcome.INVALID;
        if (!passes) {
            return false;
        }
        accept.state = Request.State.WAITING;
        accept.backendState = 0;
        add(listener);
        if (!reported.contains(accept)) {
            reported.add(accept);
            reportedNanos = System.nanoTime();
            events.pushFailureOfMore(accept, outcome, nativeCode);
        }
        return true;
    }

    /** An accept brought a connection: its next failure is a new one. */
    void noteAccepted(Request accept) {
        pauseNanos = FIRST_PAUSE_NANOS;
        if (!reported.isEmpty() && System.nanoTime() - reportedNanos > BETWEEN_EVENTS_NANOS) {
            reported.remove(accept);
        }
    }

    /** An accept ended; after some failures the next one of its listener has to wait. */
    void noteEnd(Channel listener, Request accept, Outcome outcome) {
        reported.remove(accept);
        if (outcome == Outcome.OUT_OF_DESCRIPTORS || outcome == Outcome.OUT_OF_MEMORY) {
            add(listener);
        } else if (outcome == Outcome.OK) {
            noteAccepted(accept);
        }
    }

    private void add(Channel listener) {
        if (listener.acceptStarved) {
            return;
        }
        listener.acceptStarved = true;
        starved.add(listener);
        if (timer.timerIndex() < 0) {
            timer.deadlineNanos(System.nanoTime() + pauseNanos);
            deadlines.add(timer);
        }
    }

    void descriptorFreed() {
        if (!starved.isEmpty()) {
            retry();
        }
    }

    /** The pause is over. If all fails again, the next one is longer. */
    void pauseIsOver() {
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        retry();
    }

    /** At the end of the port: nothing is tried again. */
    void stop() {
        deadlines.remove(timer);
        starved.clear();
    }

    private void retry() {
        deadlines.remove(timer);
        ArrayList<Channel> again = new ArrayList<>(starved);
        starved.clear();
        for (Channel listener : again) {
            listener.acceptStarved = false;
            if (listener.isOpen()) {
                engine.startNext(listener, OperationQueue.RECEIVES);
            }
        }
    }
}
