package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the io_uring backend keeps of one socket: only a listener has something. */
final class UringChannel extends Channel {
    /**
     * Connections that the kernel accepted while the port had no room for them, oldest first. The
     * listener's next accept gets them.
     */
    private @Nullable ArrayDeque<Integer> waiting;

    UringChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    int fd() {
        return (int) handle;
    }

    boolean hasWaiting() {
        return waiting != null && !waiting.isEmpty();
    }

    void addWaiting(int fd) {
        if (waiting == null) {
            waiting = new ArrayDeque<>();
        }
        waiting.add(fd);
    }

    int removeWaiting() {
        assert waiting != null : "no connection waits";
        return waiting.remove();
    }
}
