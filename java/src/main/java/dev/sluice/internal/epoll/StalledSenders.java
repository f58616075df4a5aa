package dev.sluice.internal.epoll;

import java.util.ArrayDeque;

/**
 * Unix sockets whose peer has no room: datagram sockets, and connects to a full backlog. No edge
 * reports room: a socket that is not connected has no peer to wait for, and each failed try makes
 * an edge of its own when the kernel drops the copy of the datagram. So they are retried after a
 * short time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
final class StalledSenders {
    private final ArrayDeque<EpollChannel> channels = new ArrayDeque<>();
    private final long retryNanos;
    private long retryAtNanos;

    /** Retries all of them so long after the first came. */
    StalledSenders(long retryNanos) {
        this.retryNanos = retryNanos;
    }

    void add(EpollChannel channel) {
        if (channel.sendStalled) {
            return;
        }
        if (channels.isEmpty()) {
            retryAtNanos = System.nanoTime() + retryNanos;
        }
        channel.sendStalled = true;
        channels.add(channel);
    }

    /** How long a wait may take that the caller wants to take so long; negative for ever. */
    long bound(long timeoutNanos) {
        if (channels.isEmpty() || timeoutNanos == 0) {
            return timeoutNanos;
        }
        long untilRetry = Math.max(0, retryAtNanos - System.nanoTime());
        return timeoutNanos < 0 ? untilRetry : Math.min(timeoutNanos, untilRetry);
    }

    /** Lets all of them go on, if it is time. */
    void retry(EpollBackend backend) {
        if (channels.isEmpty() || retryAtNanos - System.nanoTime() > 0) {
            return;
        }
        while (!channels.isEmpty()) {
            EpollChannel channel = channels.remove();
            channel.sendStalled = false;
            channel.maySend = true;
            backend.defer(channel);
        }
    }
}
