package dev.sluice.internal.spi;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Counts the threads that use a socket without owning its port, and keeps the descriptor open while
 * there is one (as fdMutex of Go does). A use never blocks, so closing takes no longer than one call.
 * The count is a field of the channel: an object would cost each socket 32 bytes.
 */
public final class UseCount {
    /** Added once the socket closes. */
    private static final int CLOSED = Integer.MIN_VALUE;

    /** How often a close looks at the count before it yields. */
    private static final int LOOKS = 100;

    private static final AtomicIntegerFieldUpdater<Channel> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(Channel.class, "useCount");

    private UseCount() {}

    /** Begins a use, which {@link #release} ends; returns false once the socket closes. */
    public static boolean acquire(Channel channel) {
        // An increment cannot make a closed count positive: that would take 2^31 threads.
        if (COUNT.getAndIncrement(channel) >= 0) {
            return true;
        }
        COUNT.getAndDecrement(channel);
        return false;
    }

    /** Ends a use. */
    public static void release(Channel channel) {
        COUNT.getAndDecrement(channel);
    }

    /** Forbids further uses and waits for the present ones. May be called twice. */
    @SuppressWarnings("ThreadPriorityCheck") // Correct with any scheduler, faster with a fair one.
    public static void close(Channel channel) {
        COUNT.getAndUpdate(channel, count -> count < 0 ? count : count + CLOSED);
        for (int look = 0; channel.useCount != CLOSED; look++) {
            if (look < LOOKS) {
                Thread.onSpinWait();
            } else {
                // The other thread may need this processor to finish.
                Thread.yield();
            }
        }
    }
}
