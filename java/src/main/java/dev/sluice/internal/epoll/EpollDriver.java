package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.TurnQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the classes of each kind of request share: the epoll set, the turns of each socket, the
 * sockets that wait for a time instead of an edge, and how a request fails.
 */
final class EpollDriver {
    private static final long SEND_RETRY_NANOS = 1_000_000;

    /** Longer, since many may wait for one listener. */
    private static final long CONNECT_RETRY_NANOS = 10_000_000;

    final EpollSockets sockets = new EpollSockets();
    final CallState callState = sockets.callState();
    final MemorySegment capture = callState.segment();
    final EpollSet set;
    final Completions completions;
    final BufferPool pool;
    final TurnQueue<EpollChannel> turns;

    private final StalledSenders stalledSends = new StalledSenders(SEND_RETRY_NANOS);
    private final StalledSenders stalledConnects = new StalledSenders(CONNECT_RETRY_NANOS);

    EpollDriver(PortContext port) throws NativeFailure {
        set = new EpollSet(callState, port.settings().maxEventsPerPoll(), Arena.ofAuto());
        completions = port.completions();
        pool = port.pool();
        turns = new TurnQueue<>(port.settings());
    }

    /** Fetches events; deferred and stalled channels bound the wait. Returns how many are due. */
    int fetch(long timeoutNanos) {
        turns.beginFetch();
        long bound = stalledConnects.bound(stalledSends.bound(timeoutNanos));
        int fetched = set.fetch(turns.isEmpty() ? bound : 0);
        stalledSends.resume(turns);
        stalledConnects.resume(turns);
        return fetched + turns.endFetch();
    }

    // ---- parking -----------------------------------------------------------------------------

    /** Parks a request until an edge; fails it if the socket cannot be registered. */
    void park(EpollChannel channel, Request request) {
        int errno = awaitEdge(channel);
        if (errno != 0) {
            fail(request, errno);
        }
    }

    /** Parks a request that needs room to send. */
    void parkForRoom(EpollChannel channel, Request request) {
        int errno = awaitRoom(channel);
        if (errno != 0) {
            fail(request, errno);
        }
    }

    /**
     * Registers the socket, so that an edge will come. Registering reports the present state: nothing
     * is missed that happened after the call which would have blocked.
     */
    private int awaitEdge(EpollChannel channel) {
        if (channel.registered) {
            return 0;
        }
        int errno = set.register(channel.fd(), channel.token(), channel.stream);
        channel.registered = errno == 0;
        channel.reportsRoom = channel.stream && channel.registered;
        return errno;
    }

    /** Ends what {@link #awaitEdge} began, which the close of a shared descriptor does not: epoll(7). */
    void unregister(EpollChannel channel) {
        if (channel.registered) {
            set.remove(channel.fd());
            channel.registered = false;
        }
    }

    private int awaitRoom(EpollChannel channel) {
        int errno = awaitEdge(channel);
        if (errno == 0 && !channel.reportsRoom) {
            errno = set.addRoom(channel.fd(), channel.token());
            channel.reportsRoom = errno == 0;
        }
        return errno;
    }

    /** Parks a send for a short time, whatever edges come. */
    void stallSend(EpollChannel channel) {
        channel.maySend = false;
        stalledSends.add(channel);
    }

    /** Parks a connect for a time, since its listener's backlog is full. */
    void stallConnect(EpollChannel channel) {
        channel.maySend = false;
        stalledConnects.add(channel);
    }

    // ---- reporting ---------------------------------------------------------------------------

    /** Notes why a call that receives failed; returns true if that ended the request. */
    boolean receiveFailed(EpollChannel channel, Request request) {
        int errno = callState.errno();
        if (errno == Errno.EAGAIN) {
            channel.mayReceive = false;
        } else if (errno != Errno.EINTR) {
            fail(request, errno);
            return true;
        }
        return false;
    }

    /** Ends a request with the code of its call. */
    void fail(Request request, int errno) {
        completions.complete(
                request, LinuxErrors.outcomeOf(request, errno), request.progress(), errno);
    }
}
