package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.linux.LinuxBackend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.SlotTable;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The epoll backend. A descriptor is registered once, edge-triggered, when a call on it first would
 * block; from then on nothing is asked of epoll but to wait. A request that would block is parked in
 * its queue and tried again at the next edge.
 */
public final class EpollBackend extends LinuxBackend {
    public static final Set<Capability> CAPABILITIES =
            Set.of(Capability.REPORTS_EDGES, Capability.REUSES_ADDRESSES);

    private static final int READ_EDGE =
            EpollConstants.EPOLLIN
                    | EpollConstants.EPOLLRDHUP
                    | EpollConstants.EPOLLHUP
                    | EpollConstants.EPOLLERR;
    private static final int WRITE_EDGE =
            EpollConstants.EPOLLOUT | EpollConstants.EPOLLHUP | EpollConstants.EPOLLERR;
    private static final int END_EDGE =
            EpollConstants.EPOLLRDHUP
                    | EpollConstants.EPOLLHUP
                    | EpollConstants.EPOLLERR
                    | EpollConstants.EPOLLPRI;

    private static final long SEND_RETRY_NANOS = 1_000_000;

    /** Longer, since many may wait for one listener. */
    private static final long CONNECT_RETRY_NANOS = 10_000_000;

    private final EpollSet set;
    private final short turnsPerFetch;
    private final boolean spins;
    private final ArrayDeque<EpollChannel> deferred = new ArrayDeque<>();
    private final StalledSenders stalled = new StalledSenders(SEND_RETRY_NANOS);
    private final StalledSenders stalledConnects = new StalledSenders(CONNECT_RETRY_NANOS);
    private int deferredInTurn;
    private int fetches;
    private @Nullable Attached attached;

    /** What the port gives a backend after both were made. */
    private record Attached(
            Completions completions,
            ChannelTable channels,
            EpollTransfers transfers,
            SingleSocketFastPath fastPath) {}

    public EpollBackend(PortSettings settings) throws NativeFailure {
        set = new EpollSet(sockets.callState(), settings.maxEventsPerPoll(), Arena.ofAuto());
        spins = settings.spins() != 0;
        turnsPerFetch = (short) Math.min(settings.maxTurnsPerSocket(), Short.MAX_VALUE);
    }

    @Override
    public void attach(
            Completions completions, ChannelTable channels, SlotTable slots, BufferPool pool) {
        EpollTransfers transfers = new EpollTransfers(this, sockets, completions, pool);
        attached = new Attached(completions, channels, transfers, new SingleSocketFastPath(pool));
    }

    @Override
    protected Completions completions() {
        return attached().completions();
    }

    private Attached attached() {
        Attached present = attached;
        assert present != null : "not attached to a port";
        return present;
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        attached().transfers().start((EpollChannel) request.channel(), request);
    }

    @Override
    public void cancel(Request request) {
        // A started request is parked here, and the kernel has nothing of it.
        boolean moved = request.progress() > 0;
        Outcome outcome = moved ? Outcome.OK : Outcome.CANCELLED;
        completions().complete(request, outcome, request.progress(), 0);
    }

    // ---- waiting -----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        fetches++;
        long bound = stalledConnects.bound(stalled.bound(timeoutNanos));
        int fetched = set.fetch(deferred.isEmpty() ? bound : 0);
        stalled.retry(this);
        stalledConnects.retry(this);
        deferredInTurn = deferred.size();
        return fetched + deferredInTurn;
    }

    @Override
    public int look() {
        Request receiving = hasReadyWork() ? null : attached().fastPath().next();
        if (receiving == null) {
            return fetch(0);
        }
        EpollChannel channel = (EpollChannel) receiving.channel();
        fetches++;
        channel.mayReceive = true;
        attached().transfers().resumeReceiving(channel, receiving);
        return 0;
    }

    @Override
    public boolean step() {
        if (set.next()) {
            long token = set.token();
            if (token != EpollSet.WAKEUP) {
                edge(token, set.flags());
            }
            return true;
        }
        if (deferredInTurn == 0) {
            return false;
        }
        deferredInTurn--;
        EpollChannel channel = deferred.remove();
        channel.deferred = false;
        attached().transfers().tellKept(channel);
        resume(channel);
        return true;
    }

    private void edge(long token, int flags) {
        Channel found = attached().channels().find(token);
        if (found == null || found.handle < 0) {
            return;
        }
        EpollChannel channel = (EpollChannel) found;
        if (spins) {
            attached().fastPath().edge(channel);
        }
        if ((flags & READ_EDGE) != 0) {
            channel.mayReceive = true;
        }
        if ((flags & WRITE_EDGE) != 0 && !channel.sendStalled) {
            channel.maySend = true;
        }
        if ((flags & END_EDGE) != 0) {
            channel.ended = true;
        }
        Request poll = channel.polls;
        if (poll != null) {
            attached().transfers().checkPolls(channel, poll, flags);
        }
        resume(channel);
    }

    /** Tries what is parked on a channel and may be able to go on. */
    private void resume(EpollChannel channel) {
        EpollTransfers transfers = attached().transfers();
        Request sending = channel.sends;
        if (sending != null && sending.state == Request.State.STARTED && channel.maySend) {
            transfers.resumeSending(channel, sending);
        }
        Request receiving = channel.receives;
        if (receiving != null && receiving.state == Request.State.STARTED && channel.mayReceive) {
            transfers.resumeReceiving(channel, receiving);
        }
    }

    @Override
    public boolean hasReadyWork() {
        return !deferred.isEmpty() || set.hasFetched();
    }

    @Override
    public void wakeup() {
        set.wakeup();
    }

    /** Takes one of a channel's turns; false when they are used up until the next fetch. */
    boolean takeTurn(EpollChannel channel) {
        if (channel.turnsOf != fetches) {
            channel.turnsOf = fetches;
            channel.turnsLeft = turnsPerFetch;
        }
        if (channel.turnsLeft == 0) {
            defer(channel);
            return false;
        }
        channel.turnsLeft--;
        return true;
    }

    /** Lets a channel send again after a short time, whatever edges come. */
    void stall(EpollChannel channel) {
        channel.maySend = false;
        stalled.add(channel);
    }

    /** Lets a channel connect again after a time, as its listener's backlog was full. */
    void stallConnect(EpollChannel channel) {
        channel.maySend = false;
        stalledConnects.add(channel);
    }

    /** Lets a channel go on after the next fetch, without an edge. */
    void defer(EpollChannel channel) {
        if (!channel.deferred) {
            channel.deferred = true;
            deferred.add(channel);
        }
    }

    /**
     * Makes sure that an edge will come, now that a call would block. Registering reports the present
     * state, so nothing that happened between the call and this is missed.
     *
     * @return errno, or 0
     */
    int awaitEdge(EpollChannel channel) {
        if (channel.registered) {
            return 0;
        }
        int errno = set.register(channel.fd(), channel.token(), channel.stream);
        channel.registered = errno == 0;
        channel.tellsRoom = channel.stream && channel.registered;
        return errno;
    }

    /** As {@link #awaitEdge}, where it is room to send that is missing. */
    int awaitRoom(EpollChannel channel) {
        int errno = awaitEdge(channel);
        if (errno == 0 && !channel.tellsRoom) {
            errno = set.addRoom(channel.fd(), channel.token());
            channel.tellsRoom = errno == 0;
        }
        return errno;
    }

    // ---- calls that end at once ----------------------------------------------------------------

    @Override
    public Channel open(int family, boolean stream) throws NativeFailure {
        return new EpollChannel(family, stream, sockets.open(family, stream));
    }

    @Override
    public Channel openDetached(long handle, int family, boolean stream) {
        return new EpollChannel(family, stream, handle);
    }

    @Override
    public @Nullable Channel tryAccept(Channel channel) throws NativeFailure {
        EpollChannel listener = (EpollChannel) channel;
        int fd = sockets.tryAccept(listener);
        if (fd < 0) {
            listener.mayReceive = false;
            return null;
        }
        return accepted(listener, fd);
    }

    /** A channel for an accepted descriptor, which has the linger setting of its listener. */
    EpollChannel accepted(EpollChannel listener, int fd) {
        EpollChannel channel = new EpollChannel(listener.family, true, fd);
        channel.lingerSeconds = listener.lingerSeconds;
        return channel;
    }

    @Override
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        EpollChannel here = (EpollChannel) channel;
        long received = sockets.tryReceive(channel, address, length);
        boolean emptied = received > 0 && here.isEmptiedBy(received, length);
        if (received == WOULD_BLOCK || emptied) {
            here.mayReceive = false;
        }
        return received;
    }

    @Override
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        long sent = sockets.trySend(channel, address, length);
        if (sent < length) {
            ((EpollChannel) channel).maySend = false;
        }
        return sent;
    }

    @Override
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        long received = super.tryReceiveFrom(channel, address, length, source);
        if (received == WOULD_BLOCK) {
            ((EpollChannel) channel).mayReceive = false;
        }
        return received;
    }

    @Override
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        long sent = super.trySendTo(channel, address, length, to);
        // No edge tells of room at the receiver of a Unix socket that is not connected.
        if (sent == WOULD_BLOCK && channel.family != RawAddress.UNIX) {
            ((EpollChannel) channel).maySend = false;
        }
        return sent;
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void close() {
        set.close();
    }
}
