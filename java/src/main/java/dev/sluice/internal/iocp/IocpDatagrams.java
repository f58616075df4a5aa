package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/** Datagrams with their addresses, which are in the operation until its packet has come. */
final class IocpDatagrams {
    private final IocpDriver driver;
    private final Completions completions;

    IocpDatagrams(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    // ---- receiving ---------------------------------------------------------------------------

    /** Starts a RECEIVE_FROM, or resumes it. */
    void startReceive(IocpChannel channel, Request request) {
        int error = driver.attachForReceive(channel);
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        if (!driver.turns.take(channel)) {
            return;
        }
        channel.readable = false;
        channel.peekError = 0;
        OverlappedOperation operation = driver.operations.begin(request);
        int length = WindowsTryCalls.clipped(request.length());
        int result =
                channel.coalesces || channel.reportsDetails()
                        ? driver.segments.receive(channel, operation, request.address(), length)
                        : receive(channel, operation, request.address(), length);
        // A call that succeeded posts its packet, as datagram sockets skip none.
        int launched = driver.receiveLaunched(channel, operation, result);
        if (launched != IocpDriver.PENDING) {
            driver.receiveEnded(channel, request, launched, 0, 0);
        }
    }

    private int receive(
            IocpChannel channel, OverlappedOperation operation, long address, int length) {
        Memory.setInt(operation.length(), WindowsSockaddr.INET_SIZE);
        driver.sockets.calls.addSubmission();
        return Ws2.WSARecvFrom(
                driver.capture,
                channel.handle,
                driver.buffer(address, length),
                1,
                driver.count(),
                driver.flags(0),
                operation.extra(),
                operation.length(),
                operation.overlapped,
                0);
    }

    /** Handles the packet of a RECEIVE_FROM. */
    void received(
            IocpChannel channel,
            Request request,
            OverlappedOperation operation,
            int error,
            long bytes) {
        int segmentBytes = 0;
        boolean arrived = error == 0 || error == WinError.WSAEMSGSIZE;
        if (arrived && operation.hasMessage) {
            WindowsMessage.decodeName(operation.extra(), request.peer());
            WindowsMessage.decodeDetails(operation.extra(), request.details());
            segmentBytes = IocpSegments.segmentBytesOf(operation);
        } else if (arrived) {
            int length = Memory.getInt(operation.length());
            WindowsSockaddr.decode(operation.extra(), length, request.peer());
        }
        driver.operations.finish(operation);
        driver.receiveEnded(channel, request, error, bytes, segmentBytes);
    }

    // ---- sending -----------------------------------------------------------------------------

    void startSend(IocpChannel channel, Request request) {
        boolean possible = request.peer().isPeerOf(channel.family);
        int error = possible ? driver.attach(channel) : WinError.WSAEAFNOSUPPORT;
        if (error == 0 && request.isSegmented()) {
            error = driver.sockets.segmentError(channel);
        }
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        OverlappedOperation operation = driver.operations.begin(request);
        int result =
                request.sendsControl()
                        ? driver.segments.send(channel, request, operation)
                        : send(channel, request, operation);
        int launched = driver.launched(channel, operation, result);
        if (launched != IocpDriver.PENDING) {
            sendEnded(channel, request, launched, launched == 0 ? driver.countValue() : 0);
        }
    }

    private int send(IocpChannel channel, Request request, OverlappedOperation operation) {
        // No datagram is that long: a length that a WSABUF cannot express fails like any other too
        // long one.
        long bytes = Math.min(request.length(), IocpSends.MAX_BYTES_OF_A_CALL);
        int length =
                WindowsSockaddr.encodeDestination(
                        request.peer(), channel.family, operation.extra());
        driver.sockets.calls.addSubmission();
        return Ws2.WSASendTo(
                driver.capture,
                channel.handle,
                driver.buffer(request.address(), bytes),
                1,
                driver.count(),
                0,
                operation.extra(),
                length,
                operation.overlapped,
                0);
    }

    /** Handles the packet of a SEND_TO. */
    void sent(
            IocpChannel channel,
            Request request,
            OverlappedOperation operation,
            int error,
            long bytes) {
        driver.operations.finish(operation);
        sendEnded(channel, request, error, bytes);
    }

    private void sendEnded(IocpChannel channel, Request request, int error, long bytes) {
        if (error != 0) {
            driver.fail(channel, request, error);
        } else {
            completions.complete(request, Outcome.OK, bytes, 0);
        }
    }
}
