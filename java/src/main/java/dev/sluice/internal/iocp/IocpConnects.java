package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;

/**
 * Connects and disconnects. A stream is bound first, as ConnectEx requires. A datagram socket only
 * stores its peer, which needs no packet. A disconnect may take as long as TIME_WAIT if this side
 * ended the connection first.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex">
 *     ConnectEx</a>
 */
final class IocpConnects {
    private static final RawAddress NO_PEER = new RawAddress();

    private final IocpDriver driver;
    private final Completions completions;
    private final SynRetransmissions retransmissions;

    IocpConnects(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
        this.retransmissions = new SynRetransmissions(driver.sockets.callState());
    }

    void start(IocpChannel channel, Request request) {
        if (!request.peer().isPeerOf(channel.family)) {
            driver.fail(channel, request, WinError.WSAEAFNOSUPPORT);
        } else if (channel.stream) {
            connectStream(channel, request);
        } else {
            int error = driver.sockets.connect(channel, request.peer());
            if (error == 0) {
                driver.sockets.reportUnreachablePeers(channel, 1);
            }
            endedAtOnce(channel, request, error);
        }
    }

    private void connectStream(IocpChannel channel, Request request) {
        int error = driver.attach(channel);
        if (error == 0) {
            error = driver.sockets.ensureBound(channel);
        }
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        retransmissions.prepare(channel, WindowsSockaddr.isLoopback(request.peer()));
        OverlappedOperation operation = driver.operations.begin(request);
        int length = WindowsSockaddr.encodeDestination(
                request.peer(), channel.family, operation.extra());
        driver.sockets.calls.addSubmission();
        int connected =
                Mswsock.ConnectEx(
                        driver.capture,
                        channel.handle,
                        operation.extra(),
                        length,
                        0,
                        0,
                        0,
                        operation.overlapped);
        int launched = driver.launched(channel, operation, connected != 0 ? 0 : -1);
        if (launched != IocpDriver.PENDING) {
            ended(channel, request, launched);
        }
    }

    void disconnect(IocpChannel channel, Request request) {
        if (!channel.stream) {
            int error = driver.sockets.connect(channel, NO_PEER);
            if (error == 0) {
                driver.sockets.reportUnreachablePeers(channel, 0);
            }
            endedAtOnce(channel, request, error);
            return;
        }
        if (!DisconnectProbe.works()) {
            driver.fail(channel, request, WinError.WSAEOPNOTSUPP);
            return;
        }
        int error = driver.attach(channel);
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        OverlappedOperation operation = driver.operations.begin(request);
        driver.sockets.calls.addSubmission();
        int disconnected =
                Mswsock.DisconnectEx(
                        driver.capture,
                        channel.handle,
                        operation.overlapped,
                        WinsockConstants.TF_REUSE_SOCKET,
                        0);
        int launched = driver.launched(channel, operation, disconnected != 0 ? 0 : -1);
        if (launched != IocpDriver.PENDING) {
            endedAtOnce(channel, request, launched);
        }
    }

    /** Handles the packet of a request. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error) {
        driver.operations.finish(operation);
        switch (request.kind) {
            case CONNECT -> ended(channel, request, error);
            case DISCONNECT -> endedAtOnce(channel, request, error);
            default -> throw new AssertionError(request);
        }
    }

    private void ended(IocpChannel channel, Request request, int error) {
        int last = error == 0 ? driver.sockets.updateConnectContext(channel.handle) : error;
        endedAtOnce(channel, request, last);
    }

    private void endedAtOnce(IocpChannel channel, Request request, int error) {
        if (error != 0) {
            driver.fail(channel, request, error);
        } else {
            channel.readable = false;
            channel.acceptedPeer = null;
            completions.complete(request, Outcome.OK, 0, 0);
        }
    }
}
