package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/** A first-in first-out queue of requests, linked through the requests themselves. */
public final class Lane {
    private @Nullable Request head;
    private @Nullable Request tail;

    /** True while nothing of this lane may be started: it is being started, or swept. */
    public boolean held;

    public @Nullable Request head() {
        return head;
    }

    public boolean isEmpty() {
        return head == null;
    }

    public void append(Request request) {
        assert request.next == null && request.previous == null : "already linked: " + request;
        Request last = tail;
        if (last == null) {
            head = request;
        } else {
            last.next = request;
            request.previous = last;
        }
        tail = request;
    }

    public void remove(Request request) {
        Request before = request.previous;
        Request after = request.next;
        if (before == null) {
            assert head == request : "not in this lane: " + request;
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        request.previous = null;
        request.next = null;
    }
}
