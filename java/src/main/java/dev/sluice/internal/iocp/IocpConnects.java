package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;

/**
 * Connects and disconnects. A stream is bound first, as ConnectEx wants it; a datagram socket only
 * notes its peer, which needs no packet. A disconnect of the side that ends the connection first may
 * take as long as TIME_WAIT.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex">
 *     ConnectEx</a>
 */
final class IocpConnects {
    private static final RawAddress NOBODY = new RawAddress();

    private final IocpTransfers transfers;
    private final Completions completions;
    private final SynRetransmissions retransmissions;

    IocpConnects(IocpTransfers transfers) {
        this.transfers = transfers;
        this.completions = transfers.completions;
        this.retransmissions = new SynRetransmissions(transfers.capture);
    }

    void connect(IocpChannel channel, Request request) {
        if (!request.peer().isPeerOf(channel.family)) {
            transfers.fail(channel, request, WinError.WSAEAFNOSUPPORT);
        } else if (channel.stream) {
            connectStream(channel, request);
        } else {
            int error = transfers.sockets.connect(channel, request.peer());
            if (error == 0) {
                transfers.sockets.reportUnreachablePeers(channel, 1);
            }
            endedAtOnce(channel, request, error);
        }
    }

    private void connectStream(IocpChannel channel, Request request) {
        int error = transfers.attach(channel);
        if (error == 0) {
            error = transfers.sockets.ensureBound(channel);
        }
        if (error != 0) {
            transfers.fail(channel, request, error);
            return;
        }
        retransmissions.prepare(channel, WindowsSockaddr.isLoopback(request.peer()));
        OverlappedOperation operation = transfers.begin(request);
        int length = WindowsSockaddr.encodeDestination(
                request.peer(), channel.family, operation.extra());
        int connected =
                Mswsock.ConnectEx(
                        transfers.capture,
                        channel.handle,
                        operation.extra(),
                        length,
                        0,
                        0,
                        0,
                        operation.overlapped);
        int launched = transfers.launched(channel, request, operation, connected != 0 ? 0 : -1);
        if (launched != IocpTransfers.PENDING) {
            ended(channel, request, launched);
        }
    }

    void disconnect(IocpChannel channel, Request request) {
        if (!channel.stream) {
            int error = transfers.sockets.connect(channel, NOBODY);
            if (error == 0) {
                transfers.sockets.reportUnreachablePeers(channel, 0);
            }
            endedAtOnce(channel, request, error);
            return;
        }
        if (!DisconnectProbe.works()) {
            transfers.fail(channel, request, WinError.WSAEOPNOTSUPP);
            return;
        }
        int error = transfers.attach(channel);
        if (error != 0) {
            transfers.fail(channel, request, error);
            return;
        }
        OverlappedOperation operation = transfers.begin(request);
        int disconnected =
                Mswsock.DisconnectEx(
                        transfers.capture,
                        channel.handle,
                        operation.overlapped,
                        WinsockConstants.TF_REUSE_SOCKET,
                        0);
        int launched = transfers.launched(channel, request, operation, disconnected != 0 ? 0 : -1);
        if (launched != IocpTransfers.PENDING) {
            endedAtOnce(channel, request, launched);
        }
    }

    /** A packet of a request came. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error) {
        transfers.finish(request, operation);
        switch (request.kind) {
            case CONNECT -> ended(channel, request, error);
            case DISCONNECT -> endedAtOnce(channel, request, error);
            default -> throw new AssertionError(request);
        }
    }

    private void ended(IocpChannel channel, Request request, int error) {
        int last = error == 0 ? transfers.sockets.updateConnectContext(channel.handle) : error;
        endedAtOnce(channel, request, last);
    }

    private void endedAtOnce(IocpChannel channel, Request request, int error) {
        if (error != 0) {
            transfers.fail(channel, request, error);
        } else {
            channel.readable = false;
            channel.acceptedPeer = null;
            completions.complete(request, Outcome.OK, 0, 0);
        }
    }
}
