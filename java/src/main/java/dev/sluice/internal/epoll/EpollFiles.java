package dev.sluice.internal.epoll;

import dev.sluice.internal.linux.FileSender;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Sends of files. Each call takes a turn of the socket, since a peer that reads as fast as the kernel
 * sends leaves the socket writable throughout.
 */
final class EpollFiles {
    private final EpollDriver driver;

    /** From the first file on. */
    private @Nullable FileSender sender;

    EpollFiles(EpollDriver driver) {
        this.driver = driver;
    }

    /** Starts a request, or resumes it. */
    void start(EpollChannel channel, Request request) {
        while (channel.maySend) {
            if (!driver.turns.take(channel)) {
                return;
            }
            switch (sender().send(channel.fd(), request)) {
                case ENDED -> {
                    return;
                }
                case FULL -> channel.maySend = false;
                // A part is no sign of a full socket: the file may have ended as well.
                case MOVED, INTERRUPTED -> {}
            }
        }
        driver.parkForRoom(channel, request);
    }

    private FileSender sender() {
        FileSender present = sender;
        if (present == null) {
            present = new FileSender(driver.callState, driver.completions, driver::fail);
            sender = present;
        }
        return present;
    }
}
