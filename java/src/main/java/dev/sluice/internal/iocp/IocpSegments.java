package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.spi.Request;

/**
 * Datagrams with control messages: several in one send and in one receive, where the system has it (Windows
 * 10 2004), and what options report of each.
 */
final class IocpSegments {
    private final IocpDriver driver;

    IocpSegments(IocpDriver driver) {
        this.driver = driver;
    }

    /** Sends the bytes of a SEND or SEND_TO; returns what WSASendMsg returned. */
    int send(IocpChannel channel, Request request, OverlappedOperation operation) {
        driver.sockets.calls.addSubmission();
        return Mswsock.WSASendMsg(
                driver.capture,
                channel.handle,
                WindowsMessage.toSend(operation.extra(), request, channel.family,
                        request.source() == null ? 0 : driver.operations.control(operation)),
                0,
                driver.count(),
                operation.overlapped,
                0);
    }

    /** Receives with what options ask for; returns what WSARecvMsg returned. */
    int receive(IocpChannel channel, OverlappedOperation operation, long address, int length) {
        operation.hasMessage = true;
        long message = channel.reportsDetails()
                ? WindowsMessage.toReceive(operation.extra(), address, length,
                        driver.operations.control(operation))
                : WindowsMessage.toReceive(operation.extra(), address, length);
        driver.sockets.calls.addSubmission();
        return Mswsock.WSARecvMsg(
                driver.capture,
                channel.handle,
                message,
                driver.count(),
                operation.overlapped,
                0);
    }

    /** Returns the size of the segments that an operation received together, 0 for a single datagram. */
    static int segmentBytesOf(OverlappedOperation operation) {
        return operation.hasMessage ? WindowsMessage.segmentBytesOf(operation.extra()) : 0;
    }
}
