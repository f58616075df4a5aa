package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Listeners whose last accept failed for a cause that can pass: no descriptor, no memory, a firewall.
 * The next accept waits until this port closes a descriptor, or until a pause is over, since another
 * part of the process may have closed one. An accept that is submitted again at once would otherwise
 * keep the thread busy with failures. A multishot accept starts again by itself.
 */
final class StarvedAccepts {
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** At the limit of descriptors, accepts succeed and fail in turn: not each failure is an event. */
    private static final long BETWEEN_EVENTS_NANOS = 1_000_000_000;

    private final Deadlines deadlines;
    private final EventQueue events;
    private final Request timer = new Request(RequestKind.DELAY, this);
    private final ArrayList<Channel> waiting = new ArrayList<>();

    /** Multishot accepts whose failure was reported, until they accept again. */
    private final ArrayList<Request> reported = new ArrayList<>();

    private long reportedNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    StarvedAccepts(Deadlines deadlines, EventQueue events) {
        this.deadlines = deadlines;
        this.events = events;
    }

    /** Returns true if the request is the timer of the pause. */
    boolean owns(Request request) {
        return request == timer;
    }

    /**
     * Keeps a multishot accept that failed, if the cause can pass. On a listening socket only INVALID
     * cannot pass: its listening was shut down.
     *
     * @return false if the failure ends the accept
     */
    boolean keep(Channel listener, Request accept, Outcome outcome, int nativeCode) {
        boolean passes = accept.multishot && accept.cancelReason == null
                && listener.state == Channel.State.LISTENING && outcome != Outcome.INVALID;
        if (!passes) {
            return false;
        }
        events.counters.addAcceptFailure();
        add(listener);
        if (!reported.contains(accept)) {
            reported.add(accept);
            reportedNanos = System.nanoTime();
            events.pushFailureOfMultishot(accept, outcome, nativeCode);
        }
        return true;
    }

    /** Notes that an accept brought a connection: its next failure is a new one. */
    void noteAccepted(Request accept) {
        pauseNanos = FIRST_PAUSE_NANOS;
        if (!reported.isEmpty() && System.nanoTime() - reportedNanos > BETWEEN_EVENTS_NANOS) {
            reported.remove(accept);
        }
    }

    /** Notes the end of an accept; after some failures the next one of its listener has to wait. */
    void noteEnd(Channel listener, Request accept, Outcome outcome) {
        reported.remove(accept);
        if (outcome == Outcome.OUT_OF_DESCRIPTORS || outcome == Outcome.OUT_OF_MEMORY) {
            events.counters.addAcceptFailure();
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
        waiting.add(listener);
        if (timer.timerIndex() < 0) {
            timer.deadlineNanos(System.nanoTime() + pauseNanos);
            deadlines.add(timer);
        }
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Notes that the pause is over. If all fails again, the next one is longer. */
    void lengthenPause() {
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** Takes the listeners whose accepts may start again. */
    List<Channel> takeAll() {
        deadlines.remove(timer);
        List<Channel> taken = new ArrayList<>(waiting);
        waiting.clear();
        for (Channel listener : taken) {
            listener.acceptStarved = false;
        }
        return taken;
    }

    /** Forgets all, as the port ends. */
    void stop() {
        deadlines.remove(timer);
        waiting.clear();
    }
}
