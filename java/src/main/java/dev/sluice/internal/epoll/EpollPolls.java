package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.linux.LinuxReadiness;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/** Readiness: what an edge reported, or poll(2) for the state of now. */
final class EpollPolls {
    private final EpollDriver driver;
    private final Completions completions;

    EpollPolls(EpollDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    /** Starts a POLL. It asks for the state of now, and an old edge may be used up: ask the kernel. */
    void start(EpollChannel channel, Request poll) {
        boolean known = channel.registered;
        int ready = poll.multishot && !known ? 0 : readyNow(channel, poll.argument);
        if (LinuxReadiness.satisfies(ready, poll.argument)) {
            report(channel, poll, ready);
            if (!poll.multishot) {
                return;
            }
        }
        if ((poll.argument & Request.WRITABLE) != 0) {
            driver.parkForRoom(channel, poll);
        } else {
            driver.park(channel, poll);
        }
    }

    /** Reports an edge to the polls that its flags satisfy. */
    void edge(EpollChannel channel, Request first, int flags) {
        @Nullable
        Request poll = first;
        while (poll != null) {
            Request following = poll.next;
            // The flags of epoll_wait(2) have the values of those of poll(2).
            int ready = LinuxReadiness.of(flags, poll.argument);
            if (poll.state == Request.State.STARTED
                    && LinuxReadiness.satisfies(ready, poll.argument)) {
                report(channel, poll, ready);
            }
            poll = following;
        }
    }

    /** Reports to a poll; a multishot poll without room for its event keeps it until the next fetch. */
    private void report(EpollChannel channel, Request poll, int ready) {
        if (poll.multishot && !completions.hasRoom()) {
            poll.foundReadiness |= (byte) ready;
            driver.turns.defer(channel);
            return;
        }
        int found = ready | poll.foundReadiness;
        poll.foundReadiness = 0;
        completions.ready(poll, found);
    }

    /** Reports what found no room for its event. */
    void reportFound(EpollChannel channel) {
        @Nullable
        Request poll = channel.polls;
        while (poll != null) {
            if (poll.foundReadiness != 0) {
                report(channel, poll, 0);
            }
            poll = poll.next;
        }
    }

    private int readyNow(EpollChannel channel, int wanted) {
        boolean mayReceive = (wanted & Request.READABLE) != 0 && channel.mayReceive;
        boolean maySend = (wanted & Request.WRITABLE) != 0 && channel.maySend;
        boolean mayBeReady = mayReceive || maySend || channel.ended;
        if (channel.registered && !mayBeReady) {
            // A call would have blocked, and no edge came since.
            return 0;
        }
        int events = LinuxReadiness.eventsOf(wanted) | EpollConstants.POLLPRI;
        return LinuxReadiness.of(driver.sockets.poll(channel, events), wanted);
    }
}
