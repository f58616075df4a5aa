package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Several datagrams in one send and in one receive, where the system has it (Windows 10 2004). */
final class IocpSegments {
    private final IocpDriver driver;

    /** True once the system was found to cut sends. */
    private boolean segmentsSends;

    /** For calls without OVERLAPPED, from the first one on. */
    private @Nullable MemorySegment block;

    IocpSegments(IocpDriver driver) {
        this.driver = driver;
    }

    /**
     * Returns the error code of a segmented send that the system does not know, or 0. A system without the
     * option would ignore the control message, and send all bytes as one datagram.
     */
    int refusal(IocpChannel channel) {
        if (!segmentsSends) {
            segmentsSends = driver.sockets.options.has(
                    channel.handle,
                    WinsockConstants.IPPROTO_UDP,
                    WinsockConstants.UDP_SEND_MSG_SIZE);
        }
        return segmentsSends ? 0 : WinError.WSAENOPROTOOPT;
    }

    /** Sends the bytes of a SEND or SEND_TO; returns what WSASendMsg returned. */
    int send(IocpChannel channel, Request request, OverlappedOperation operation) {
        return Mswsock.WSASendMsg(
                driver.capture,
                channel.handle,
                WindowsMessage.toSend(operation.extra(), request, channel.family),
                0,
                driver.count(),
                operation.overlapped,
                0);
    }

    /** Receives with the size of segments; returns what WSARecvMsg returned. */
    int receive(IocpChannel channel, OverlappedOperation operation, long address, int length) {
        operation.hasMessage = true;
        return Mswsock.WSARecvMsg(
                driver.capture,
                channel.handle,
                WindowsMessage.toReceive(operation.extra(), address, length),
                driver.count(),
                operation.overlapped,
                0);
    }

    /** Returns the size of the segments that an operation received together, 0 for a single datagram. */
    static int segmentBytesOf(OverlappedOperation operation) {
        return operation.hasMessage ? WindowsMessage.segmentBytesOf(operation.extra()) : 0;
    }

    /** Receives without blocking; returns the number of bytes, or -1 with the cause in the call state. */
    int receiveNow(IocpChannel channel, long address, int length) {
        MemorySegment present = block;
        if (present == null) {
            present = Arena.ofAuto().allocate(WindowsMessage.SIZE, Long.BYTES);
            block = present;
        }
        int result =
                Mswsock.WSARecvMsg(
                        driver.capture,
                        channel.handle,
                        WindowsMessage.toReceive(present.address(), address, length),
                        driver.count(),
                        0,
                        0);
        return result == 0 ? (int) driver.countValue() : -1;
    }

    /** Returns the size of the segments of the last {@link #receiveNow}, 0 for a single datagram. */
    int segmentBytesNow() {
        MemorySegment present = block;
        assert present != null : "nothing was received";
        return WindowsMessage.segmentBytesOf(present.address());
    }
}
