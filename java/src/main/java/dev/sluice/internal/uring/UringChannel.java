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
