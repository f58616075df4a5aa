package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the io_uring backend keeps of one socket: only a listener has something. */
final class UringChannel extends Channel {
    /**
     * Connections that the kernel accepted while the port had no room for them, oldest first. The
     * listener's next accept delivers them.
     */
    private @Nullable ArrayDeque<Integer> arrived;

    /** Written by {@link UringTries}, as are the next three: the round in which it was last tried. */
    int triedInRound;

    /** Calls without the ring that it may still make in that round. */
    byte triesLeft;

    /** Receives that go to the ring before the next one is tried, since a try found nothing. */
    byte receivesUntilTry;

    /** Sends that must find room through the ring before the next one is tried. */
    byte sendsUntilTry;

    UringChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    int fd() {
        return (int) handle;
    }

    boolean hasArrived() {
        return arrived != null && !arrived.isEmpty();
    }

    void addArrived(int fd) {
        if (arrived == null) {
            arrived = new ArrayDeque<>();
        }
        arrived.add(fd);
    }

    int removeArrived() {
        assert arrived != null : "no connection has arrived";
        return arrived.remove();
    }
}
