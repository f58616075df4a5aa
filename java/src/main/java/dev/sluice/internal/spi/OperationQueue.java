package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * The first-in first-out queues of requests that each socket has, linked through the requests
 * themselves. A socket has only the head of each, so that a queue costs an idle one 4 bytes; the head's
 * {@link Request#previous} is the tail.
 */
public enum OperationQueue {
    RECEIVES(1),
    SENDS(2),

    /** Requests that wait for no turn: each starts at once. */
    POLLS(4);

    /** Its bit in {@link Channel#lockedQueues}. */
    private final int bit;

    OperationQueue(int bit) {
        this.bit = bit;
    }

    /** Returns the queue of a request: that of its kind, unless it acts at once. */
    public static OperationQueue of(Request request) {
        boolean atOnce =
                request.kind == RequestKind.SHUTDOWN
                        && request.argument == Request.SHUTDOWN_RECEIVE;
        return atOnce ? OperationQueue.POLLS : request.kind.queue;
    }

    public @Nullable Request head(Channel channel) {
        return switch (this) {
            case RECEIVES -> channel.receives;
            case SENDS -> channel.sends;
            case POLLS -> channel.polls;
        };
    }

    private void head(Channel channel, @Nullable Request head) {
        switch (this) {
            case RECEIVES -> channel.receives = head;
            case SENDS -> channel.sends = head;
            case POLLS -> channel.polls = head;
        }
    }

    /** Returns true while no request of this queue may start: one is starting, or all are cancelled. */
    public boolean isLocked(Channel channel) {
        return (channel.lockedQueues & bit) != 0;
    }

    public void lock(Channel channel) {
        channel.lockedQueues |= (byte) bit;
    }

    public void unlock(Channel channel) {
        channel.lockedQueues &= (byte) ~bit;
    }

    public void append(Channel channel, Request request) {
        assert request.next == null && request.previous == null : "already linked: " + request;
        Request head = head(channel);
        if (head == null) {
            request.previous = request;
            head(channel, request);
            return;
        }
        Request tail = head.previous;
        assert tail != null : "a queue without its tail: " + head;
        tail.next = request;
        request.previous = tail;
        head.previous = request;
    }

    @SuppressWarnings("ReferenceEquality") // The very request, not one like it.
    public void remove(Channel channel, Request request) {
        Request head = head(channel);
        assert head != null : "not in this queue: " + request;
        Request before = request.previous;
        Request after = request.next;
        assert before != null : "in no queue: " + request;
        if (request == head) {
            head(channel, after);
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        } else if (request != head) {
            head.previous = before;
        }
        request.previous = null;
        request.next = null;
    }
}
