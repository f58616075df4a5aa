package dev.sluice.internal.spi;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a descriptor from being given back while threads other than the port's use it. What is done
 * inside never waits, so that closing the gate takes no longer than one such call.
 */
public final class Gate {
    /** Added once no more may enter. */
    private static final int CLOSED = Integer.MIN_VALUE;

    /** Looks before the one who closes lets others run. */
    private static final int LOOKS = 100;

    private final AtomicInteger inside = new AtomicInteger();

    /** False once it is closed; otherwise {@link #leave} must follow. */
    public boolean enter() {
        // An addition cannot make a closed gate look open: it would take 2^31 threads.
        if (inside.getAndIncrement() >= 0) {
            return true;
        }
        inside.getAndDecrement();
        return false;
    }

    /** After the use. */
    public void leave() {
        inside.getAndDecrement();
    }

    /** Lets nobody in any more, and returns when nobody is inside. May be called twice. */
    @SuppressWarnings("ThreadPriorityCheck") // Right with any scheduler, faster with a fair one.
    public void close() {
        inside.getAndUpdate(count -> count < 0 ? count : count + CLOSED);
        for (int look = 0; inside.get() != CLOSED; look++) {
            if (look < LOOKS) {
                Thread.onSpinWait();
            } else {
                // The other may need this processor to come to its end.
                Thread.yield();
            }
        }
    }
}
