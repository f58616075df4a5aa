package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Lane;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;

/**
 * Listeners whose last accept found no descriptor or no memory. Their next accept waits until this
 * port gives a descriptor back, or a short time passes since another part of the process may have: an accept that is
 * submitted again at once would otherwise keep the thread busy with failing.
 */
final class StarvedAccepts {
    private static final long RETRY_NANOS = 50_000_000;

    private final Engine engine;
    private final Deadlines deadlines;
    private final Request timer = new Request(RequestKind.TIMER, this);
    private final ArrayList<Channel> starved = new ArrayList<>();

    StarvedAccepts(Engine engine, Deadlines deadlines) {
        this.engine = engine;
        this.deadlines = deadlines;
    }

    boolean owns(Request request) {
        return request == timer;
    }

    void add(Channel listener) {
        if (listener.acceptStarved) {
            return;
        }
        listener.acceptStarved = true;
        starved.add(listener);
        if (timer.timerIndex() < 0) {
            timer.deadlineNanos(System.nanoTime() + RETRY_NANOS);
            deadlines.add(timer);
        }
    }

    void descriptorFreed() {
        if (!starved.isEmpty()) {
            retry();
        }
    }

    /** At the end of the port: nothing is tried again. */
    void stop() {
        deadlines.remove(timer);
        starved.clear();
    }

    void retry() {
        deadlines.remove(timer);
        ArrayList<Channel> again = new ArrayList<>(starved);
        starved.clear();
        for (Channel listener : again) {
            listener.acceptStarved = false;
            if (listener.isOpen()) {
                engine.startNext(listener, Lane.RECEIVES);
            }
        }
    }
}
