package dev.sluice.internal.epoll;

import dev.sluice.internal.spi.TurnQueue;
import java.util.ArrayDeque;

/**
 * Unix sockets that are retried after a short time because their peer has no room: datagram sockets,
 * and connects to a full backlog. No edge reports room: a socket that is not connected has no peer to
 * wait for, and each failed try makes an edge of its own when the kernel drops its copy of the
 * datagram.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
final class StalledSenders {
    private final ArrayDeque<EpollChannel> channels = new ArrayDeque<>();
    private final long retryNanos;
    private long retryAtNanos;

    /** Retries all of them this long after the first was added. */
    StalledSenders(long retryNanos) {
        this.retryNanos = retryNanos;
    }

    void add(EpollChannel channel) {
        if (channel.stalled) {
            return;
        }
        if (channels.isEmpty()) {
            retryAtNanos = System.nanoTime() + retryNanos;
        }
        channel.stalled = true;
        channels.add(channel);
    }

    /** Returns the shorter of a wait (negative: without end) and the time until the retry. */
    long bound(long timeoutNanos) {
        if (channels.isEmpty() || timeoutNanos == 0) {
            return timeoutNanos;
        }
        long untilRetry = Math.max(0, retryAtNanos - System.nanoTime());
        return timeoutNanos < 0 ? untilRetry : Math.min(timeoutNanos, untilRetry);
    }

    /** Resumes all of them if their time is over. */
    void resume(TurnQueue<EpollChannel> turns) {
        if (channels.isEmpty() || retryAtNanos - System.nanoTime() > 0) {
            return;
        }
        while (!channels.isEmpty()) {
            EpollChannel channel = channels.remove();
            channel.stalled = false;
            channel.maySend = true;
            turns.defer(channel);
        }
    }
}
