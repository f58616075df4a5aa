package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.NtStatus;
import dev.sluice.internal.ffi.windows.Ntdll;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Readiness as a completion: the socket driver (AFD) reports a socket's state on the port, as it does
 * for select(). The request goes through a socket of our own, so that the polled socket need not belong
 * to the port and its modes do not matter: each result is one packet.
 *
 * <p>The request and its flags are in no public header. They are what select() of Winsock sends since
 * Windows NT, and what libuv and wepoll build on.
 *
 * <pre>
 *       +---------------------------------------+
 *     0 | timeout, in 100 ns                    |
 *       +-------------------+-------------------+
 *     8 | number of sockets | exclusive         |
 *       +-------------------+-------------------+
 *    16 | the socket                            |
 *       +-------------------+-------------------+
 *    24 | events            | status            |
 *       +-------------------+-------------------+
 * </pre>
 */
final class IocpPolls {
    private static final int IOCTL_AFD_POLL = 0x12024;

    private static final int RECEIVE = 0x1;
    private static final int SEND = 0x4;
    private static final int DISCONNECT = 0x8;
    private static final int ABORT = 0x10;
    private static final int LOCAL_CLOSE = 0x20;
    private static final int ACCEPT = 0x80;
    private static final int CONNECT_FAIL = 0x100;
    private static final int GONE = ABORT | LOCAL_CLOSE | CONNECT_FAIL;

    private static final int SIZE = 32;
    private static final int COUNT = 8;
    private static final int SOCKET = 16;
    private static final int EVENTS = 24;

    private final IocpDriver driver;
    private final Completions completions;

    /** The socket through which the requests go, from the first poll on. */
    private long afd = WinsockConstants.INVALID_SOCKET;

    IocpPolls(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    void start(IocpChannel channel, Request poll) {
        if (poll.multishot) {
            completions.complete(poll, Outcome.UNSUPPORTED, 0, 0);
            return;
        }
        if (channel.stream && channel.state == Channel.State.OPEN) {
            // Other kernels report a stream without a peer as hung up; AFD would never report
            // anything.
            completions.ready(poll, readiness(GONE, poll.argument));
            return;
        }
        int error = openAfd(channel.family);
        if (error == 0 && !channel.stream) {
            error = driver.sockets.ensureBound(channel);
        }
        if (error != 0) {
            driver.fail(channel, poll, error);
            return;
        }
        OverlappedOperation operation = driver.operations.begin(poll);
        long question = operation.extra();
        long answer = question + SIZE;
        Memory.setLong(question, Long.MAX_VALUE);
        Memory.setLong(question + COUNT, 1);
        Memory.setLong(question + SOCKET, baseOf(channel.handle));
        Memory.setLong(question + EVENTS, eventsOf(poll.argument));
        Memory.setLong(answer + COUNT, 0);
        Memory.setLong(answer + EVENTS, 0);
        driver.sockets.calls.addSubmission();
        int status =
                Ntdll.NtDeviceIoControlFile(
                        driver.capture,
                        afd,
                        0,
                        0,
                        operation.overlapped,
                        operation.overlapped,
                        IOCTL_AFD_POLL,
                        question,
                        SIZE,
                        answer,
                        SIZE);
        // Everything but an error posts a packet, since this socket skips none.
        if (NtStatus.isError(status)) {
            driver.operations.finish(operation);
            driver.fail(channel, poll, WindowsErrors.codeOf(status));
        }
    }

    /** Handles the packet of a poll. */
    void completed(IocpChannel channel, Request poll, OverlappedOperation operation, int error) {
        int events = error == 0 ? Memory.getInt(operation.extra() + SIZE + EVENTS) : 0;
        driver.operations.finish(operation);
        if (error != 0) {
            driver.fail(channel, poll, error);
        } else {
            completions.ready(poll, readiness(events, poll.argument));
        }
    }

    void cancel(OverlappedOperation operation) {
        driver.cancel(afd, operation);
    }

    static int eventsOf(int wanted) {
        int events = GONE;
        if ((wanted & Request.READABLE) != 0) {
            events |= RECEIVE | DISCONNECT | ACCEPT;
        }
        if ((wanted & Request.WRITABLE) != 0) {
            events |= SEND;
        }
        if ((wanted & Request.HANGUP) != 0) {
            events |= DISCONNECT;
        }
        return events;
    }

    static int readiness(int events, int wanted) {
        boolean gone = (events & GONE) != 0;
        int ready = 0;
        if (gone || (events & (RECEIVE | DISCONNECT | ACCEPT)) != 0) {
            ready |= wanted & Request.READABLE;
        }
        if (gone || (events & SEND) != 0) {
            ready |= wanted & Request.WRITABLE;
        }
        if (gone || (events & DISCONNECT) != 0) {
            ready |= Request.HANGUP;
        }
        return ready;
    }

    /** Returns the socket of the base provider, which AFD knows, if another one lies above it. */
    private long baseOf(long socket) {
        long answer = driver.flags(0);
        driver.sockets.calls.addOther();
        int result =
                Ws2.WSAIoctl(
                        driver.capture,
                        socket,
                        WinsockConstants.SIO_BASE_HANDLE,
                        0,
                        0,
                        answer,
                        Long.BYTES,
                        driver.count(),
                        0,
                        0);
        return result == 0 ? Memory.getLong(answer) : socket;
    }

    private int openAfd(int family) {
        if (afd != WinsockConstants.INVALID_SOCKET) {
            return 0;
        }
        long opened = driver.sockets.socket(family, false);
        if (opened == WinsockConstants.INVALID_SOCKET) {
            return driver.sockets.callState().wsaGetLastError();
        }
        int error = driver.queue.attach(opened);
        if (error != 0) {
            driver.sockets.closeHandle(opened);
            return error;
        }
        afd = opened;
        return 0;
    }

    /** Closes the socket; no poll is in flight. */
    void close() {
        if (afd != WinsockConstants.INVALID_SOCKET) {
            driver.sockets.closeHandle(afd);
            afd = WinsockConstants.INVALID_SOCKET;
        }
    }
}
