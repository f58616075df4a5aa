package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Channel;
import java.util.Arrays;

/** What the io_uring backend keeps of one socket: only a listener has something. */
final class UringChannel extends Channel {
    private static final int[] NONE = {};

    /**
     * Connections that the kernel accepted while the port had no room for them, oldest first. The
     * listener's next accept gets them.
     */
    private int[] waiting = NONE;

    private int waitingCount;

    UringChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    int fd() {
        return (int) handle;
    }

    boolean hasWaiting() {
        return waitingCount > 0;
    }

    void addWaiting(int fd) {
        if (waitingCount == waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(8, waitingCount * 2));
        }
        waiting[waitingCount++] = fd;
    }

    int removeWaiting() {
        assert waitingCount > 0 : "no connection waits";
        int first = waiting[0];
        waitingCount--;
        System.arraycopy(waiting, 1, waiting, 0, waitingCount);
        return first;
    }
}
