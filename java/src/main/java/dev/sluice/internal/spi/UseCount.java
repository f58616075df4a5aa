package dev.sluice.internal.spi;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Keeps a socket's descriptor from being given back while threads other than the port's use it. What
 * is done inside never waits, so that closing the gate takes no longer than one such call. The count
 * is a field of the socket: an object of its own would cost each socket 32 bytes.
 */
public final class UseCount {
    /** Added once no more may enter. */
    private static final int CLOSED = Integer.MIN_VALUE;

    /** Looks before the one who closes lets others run. */
    private static final int LOOKS = 100;

    private static final AtomicIntegerFieldUpdater<Channel> INSIDE =
            AtomicIntegerFieldUpdater.newUpdater(Channel.class, "useCount");

    private UseCount() {}

    /** False once it is closed; otherwise {@link #release} must follow. */
    public static boolean acquire(Channel channel) {
        // An addition cannot make a closed gate look open: it would take 2^31 threads.
        if (INSIDE.getAndIncrement(channel) >= 0) {
            return true;
        }
        INSIDE.getAndDecrement(channel);
        return false;
    }

    /** After the use. */
    public static void release(Channel channel) {
        INSIDE.getAndDecrement(channel);
    }

    /** Lets nobody in any more, and returns when nobody is inside. May be called twice. */
    @SuppressWarnings("ThreadPriorityCheck") // Right with any scheduler, faster with a fair one.
    public static void close(Channel channel) {
        INSIDE.getAndUpdate(channel, count -> count < 0 ? count : count + CLOSED);
        for (int look = 0; channel.useCount != CLOSED; look++) {
            if (look < LOOKS) {
                Thread.onSpinWait();
            } else {
                // The other may need this processor to come to its end.
                Thread.yield();
            }
        }
    }
}
