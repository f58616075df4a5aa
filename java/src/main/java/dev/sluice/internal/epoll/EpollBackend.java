package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.linux.LinuxBackendFactory;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TryCalls;
import java.util.Set;

/**
 * The epoll backend: readiness made completion. A request tries its call at once; one that would
 * block is parked in its queue until epoll reports an edge, and then tries again. A descriptor is
 * registered once, edge-triggered, when a first call on it would block; from then on the only call to
 * epoll is the wait.
 */
public final class EpollBackend implements Backend {
    public static final Set<Capability> CAPABILITIES =
            Set.of(Capability.REPORTS_EDGES, Capability.REUSES_ADDRESSES,
                    Capability.TAKES_HEAP_MEMORY);

    public static final BackendFactory FACTORY = new LinuxBackendFactory(EpollBackend::new);

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

    private final EpollDriver driver;
    private final EpollSet set;
    private final Completions completions;
    private final ChannelTable channels;
    private final EpollAccepts accepts;
    private final EpollConnects connects;
    private final EpollReceives receives;
    private final EpollSends sends;
    private final EpollFiles files;
    private final EpollDatagrams datagrams;
    private final EpollPolls polls;
    private final SingleSocketFastPath fastPath;
    private final boolean spins;

    EpollBackend(PortContext port) throws NativeFailure {
        driver = new EpollDriver(port);
        set = driver.set;
        completions = port.completions();
        channels = port.channels();
        accepts = new EpollAccepts(driver);
        connects = new EpollConnects(driver);
        receives = new EpollReceives(driver);
        sends = new EpollSends(driver);
        files = new EpollFiles(driver);
        datagrams = new EpollDatagrams(driver);
        polls = new EpollPolls(driver);
        fastPath = new SingleSocketFastPath(port.pool());
        spins = port.settings().spins() != 0;
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
    public SocketCalls sockets() {
        return driver.sockets;
    }

    @Override
    public TryCalls newTryCalls() {
        return new LinuxTryCalls();
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        EpollChannel channel = (EpollChannel) request.channel();
        switch (request.kind) {
            case ACCEPT -> accepts.start(channel, request);
            case CONNECT -> connects.start(channel, request);
            case DISCONNECT -> connects.disconnect(channel, request);
            case RECEIVE -> receives.start(channel, request);
            case SEND -> sends.start(channel, request);
            case SEND_VECTORED -> sends.startVectored(channel, request);
            case SEND_FILE -> files.start(channel, request);
            case RECEIVE_FROM -> datagrams.startReceive(channel, request);
            case SEND_TO -> datagrams.startSend(channel, request);
            case POLL -> polls.start(channel, request);
            default -> throw new AssertionError(request);
        }
    }

    @Override
    public void cancel(Request request) {
        // A started request is parked here; the kernel knows nothing of it.
        completions.cancelled(request);
    }

    @Override
    public void beforeDetach(Channel channel) {
        driver.unregister((EpollChannel) channel);
    }

    @Override
    public void beforeClose(Channel channel) {
        if (channel.isShared()) {
            driver.unregister((EpollChannel) channel);
        }
    }

    // ---- the loop ----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        return driver.fetch(timeoutNanos);
    }

    @Override
    public int look() {
        Request receive = hasReadyWork() ? null : fastPath.next();
        if (receive == null) {
            return fetch(0);
        }
        EpollChannel channel = (EpollChannel) receive.channel();
        driver.turns.beginFetch();
        channel.mayReceive = true;
        receives.start(channel, receive);
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
        EpollChannel deferred = driver.turns.next();
        if (deferred == null) {
            return false;
        }
        polls.reportFound(deferred);
        resume(deferred);
        return true;
    }

    private void edge(long token, int flags) {
        Channel found = channels.find(token);
        if (found == null || found.handle < 0) {
            return;
        }
        EpollChannel channel = (EpollChannel) found;
        if (spins) {
            fastPath.noteEdge(channel);
        }
        if ((flags & READ_EDGE) != 0) {
            channel.mayReceive = true;
        }
        if ((flags & WRITE_EDGE) != 0 && !channel.stalled) {
            channel.maySend = true;
        }
        if ((flags & END_EDGE) != 0) {
            channel.ended = true;
        }
        Request poll = channel.polls;
        if (poll != null) {
            polls.edge(channel, poll, flags);
        }
        resume(channel);
    }

    /** Resumes the parked requests of a channel whose calls may succeed now. */
    private void resume(EpollChannel channel) {
        Request send = channel.sends;
        if (send != null && send.state == Request.State.STARTED && channel.maySend) {
            resumeSend(channel, send);
        }
        Request receive = channel.receives;
        if (receive != null && receive.state == Request.State.STARTED && channel.mayReceive) {
            start(receive);
        }
    }

    private void resumeSend(EpollChannel channel, Request send) {
        switch (send.kind) {
            case CONNECT -> connects.resume(channel, send);
            default -> start(send);
        }
    }

    @Override
    public boolean hasReadyWork() {
        return !driver.turns.isEmpty() || set.hasFetched();
    }

    @Override
    public void wakeup() {
        set.wakeup();
    }

    // ---- the end -----------------------------------------------------------------------------

    @Override
    public void close() {
        set.close();
    }
}
