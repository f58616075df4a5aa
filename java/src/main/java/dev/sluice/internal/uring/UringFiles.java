package dev.sluice.internal.uring;

import dev.sluice.internal.linux.FileSender;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Sends of files: a call of sendfile(2) at once, and a poll for room in the ring after each. The ring's own
 * way, two splices through a pipe, saves system calls and no time: the kernel hands each splice to a thread of
 * its own, which stays blocked while the peer does not read (docs/lab/files.md).
 *
 * <p>The poll also shares the port among its sockets: one that has room throughout sends one piece a
 * round.
 */
final class UringFiles {
    private final UringDriver driver;

    /** From the first file on. */
    private @Nullable FileSender sender;

    UringFiles(UringDriver driver) {
        this.driver = driver;
    }

    /** Sends one piece, and has a poll wait for the next one; false if no entry is free. */
    boolean issue(UringPolls polls, UringChannel channel, Request request) {
        FileSender.Step step;
        do {
            step = sender().send(channel.fd(), request);
        } while (step == FileSender.Step.INTERRUPTED);
        if (step == FileSender.Step.ENDED) {
            return true;
        }
        UringFlags.set(request, UringFlags.AWAITING);
        return polls.issueAwait(channel, request);
    }

    private FileSender sender() {
        FileSender present = sender;
        if (present == null) {
            present = new FileSender(
                    driver.sockets.callState(), driver.completions, driver::fail);
            sender = present;
        }
        return present;
    }
}
