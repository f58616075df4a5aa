package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Pollfd;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxReadiness;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/** Brings each kind of request to its class, and asks for readiness where a POLL wants it. */
final class EpollTransfers {
    private final EpollBackend backend;
    private final LinuxSockets sockets;
    private final Completions completions;
    private final EpollAccepts accepts;
    private final EpollReceives receives;
    private final EpollSends sends;

    EpollTransfers(
            EpollBackend backend, LinuxSockets sockets, Completions completions, BufferPool pool) {
        this.backend = backend;
        this.sockets = sockets;
        this.completions = completions;
        this.accepts = new EpollAccepts(backend, sockets, completions);
        this.receives = new EpollReceives(backend, sockets, completions, pool);
        this.sends = new EpollSends(backend, sockets, completions);
    }

    void start(EpollChannel channel, Request request) {
        switch (request.kind) {
            case SEND -> sends.send(channel, request);
            case RECEIVE -> receives.receive(channel, request);
            case CONNECT -> sends.startConnect(channel, request);
            case POLL -> startPoll(channel, request);
            case ACCEPT, RECEIVE_FROM -> resumeReceiving(channel, request);
            default -> resumeSending(channel, request);
        }
    }

    void resumeReceiving(EpollChannel channel, Request request) {
        switch (request.kind) {
            case ACCEPT -> accepts.resume(channel, request);
            case RECEIVE -> receives.receive(channel, request);
            case RECEIVE_FROM -> receives.receiveFrom(channel, request);
            default -> throw new AssertionError(request);
        }
    }

    void resumeSending(EpollChannel channel, Request request) {
        switch (request.kind) {
            case CONNECT -> sends.resumeConnecting(channel, request);
            case SEND -> sends.send(channel, request);
            case SEND_VECTORED -> sends.sendVectored(channel, request);
            case SEND_TO -> sends.sendTo(channel, request);
            case DISCONNECT -> sends.disconnect(channel, request);
            default -> throw new AssertionError(request);
        }
    }

    // ---- readiness ---------------------------------------------------------------------------

    /** A POLL asks for the state of now, so the system is asked: an old edge may be used up. */
    private void startPoll(EpollChannel channel, Request poll) {
        boolean known = channel.registered;
        int ready = poll.multishot && !known ? 0 : readyNow(channel, poll.argument);
        if (LinuxReadiness.satisfies(ready, poll.argument)) {
            if (!poll.multishot) {
                completions.complete(poll, Outcome.OK, ready, 0);
                return;
            }
            tell(channel, poll, ready);
        }
        boolean room = (poll.argument & Request.WRITABLE) != 0;
        int errno = room ? backend.awaitRoom(channel) : backend.awaitEdge(channel);
        if (errno != 0) {
            completions.complete(poll, LinuxErrors.outcomeOf(errno), 0, errno);
        }
    }

    /** After an edge: completes those polls that its flags satisfy. */
    void checkPolls(EpollChannel channel, Request first, int flags) {
        @Nullable
        Request poll = first;
        while (poll != null) {
            Request following = poll.next;
            // The flags of epoll_wait(2) have the values of those of poll(2).
            int ready = LinuxReadiness.of(flags, poll.argument);
            if (poll.state == Request.State.STARTED
                    && LinuxReadiness.satisfies(ready, poll.argument)) {
                if (poll.multishot) {
                    tell(channel, poll, ready);
                } else {
                    completions.complete(poll, Outcome.OK, ready, 0);
                }
            }
            poll = following;
        }
    }

    /** An event of a poll that goes on; without room for it, it is kept for after the next fetch. */
    private void tell(EpollChannel channel, Request poll, int ready) {
        int news = ready | poll.backendState;
        if (completions.hasRoom()) {
            poll.backendState = 0;
            completions.event(poll, news, null, null);
        } else {
            poll.backendState = news;
            backend.defer(channel);
        }
    }

    /** Tells what there was no room for. */
    void tellKept(EpollChannel channel) {
        @Nullable
        Request poll = channel.polls;
        while (poll != null) {
            if (poll.multishot && poll.backendState != 0) {
                tell(channel, poll, 0);
            }
            poll = poll.next;
        }
    }

    private int readyNow(EpollChannel channel, int wanted) {
        // What a call of ours or no edge since has shown needs no question.
        boolean mayReceive = (wanted & Request.READABLE) != 0 && channel.mayReceive;
        boolean maySend = (wanted & Request.WRITABLE) != 0 && channel.maySend;
        boolean mayBeReady = mayReceive || maySend || channel.ended;
        if (channel.registered && !mayBeReady) {
            return 0;
        }
        long pollfd = sockets.address();
        Memory.setInt(pollfd + Pollfd.FD, channel.fd());
        int asked = LinuxReadiness.eventsOf(wanted) | EpollConstants.POLLPRI;
        Memory.setShort(pollfd + Pollfd.EVENTS, (short) asked);
        Memory.setShort(pollfd + Pollfd.REVENTS, (short) 0);
        int count = sockets.poll(pollfd, 1);
        int found = count > 0 ? Memory.getShort(pollfd + Pollfd.REVENTS) & 0xFFFF : 0;
        return LinuxReadiness.of(found, wanted);
    }
}
