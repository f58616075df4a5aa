package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Accepts by AcceptEx, each into a socket that was opened for it. A multishot accept keeps several
 * calls in flight. The request ends only when the last of them has ended. A connection that arrives
 * without an accept that may take it stays with the listener for the next accept.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-acceptex">
 *     AcceptEx</a>
 */
final class IocpAccepts {
    /** How many AcceptEx calls a multishot accept keeps in flight. */
    static final int MAX_IN_FLIGHT = 8;

    private static final int LATER = -1;

    /** AcceptEx needs 16 bytes more than the longest address of the protocol, twice. */
    private static final int ADDRESS_SIZE = WindowsSockaddr.INET_SIZE + 16;

    static {
        assert 2 * ADDRESS_SIZE <= OverlappedOperation.EXTRA_SIZE
                : "the addresses do not fit into an operation";
    }

    private static final int LOCAL = 0;
    private static final int LOCAL_SIZE = 8;
    private static final int REMOTE = 16;
    private static final int REMOTE_SIZE = 24;

    private final IocpDriver driver;
    private final Completions completions;

    /** The memory into which GetAcceptExSockaddrs writes pointers and lengths. */
    private final MemorySegment found = Arena.ofAuto().allocate(32, Long.BYTES);

    IocpAccepts(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    /**
     * Starts a request, or resumes it: delivers what has arrived, and keeps as many accepts in flight as
     * the request needs.
     */
    void start(IocpChannel listener, Request request) {
        IocpChannel.Listening listening = listener.listening();
        while (!listening.arrived.isEmpty()) {
            if (!mayDeliver(listener, request)) {
                return;
            }
            if (completions.accepted(request, listening.arrived.remove())) {
                return;
            }
        }
        // Not left to AcceptEx, which under Wine never ends in this case.
        boolean listens = listener.state == Channel.State.LISTENING;
        int error = listens ? driver.attach(listener) : WinError.WSAEINVAL;
        int wanted = request.multishot ? MAX_IN_FLIGHT : 1;
        while (error == 0 && listening.failure == 0 && request.cancelReason == null
                && isOneMoreWanted(listening.operations.size(), listening.arrived.size(), wanted)) {
            if (!completions.mayAccept(request)) {
                error = WinError.WSAEMFILE;
            } else {
                error = post(listener, request);
            }
        }
        if (error != 0 && error != LATER && listening.operations.isEmpty()) {
            end(listener, request, error);
        }
    }

    /**
     * Returns true if another AcceptEx is needed. Connections that have arrived count as well: a
     * single accept takes one, and a multishot accept takes no more than it can deliver.
     */
    static boolean isOneMoreWanted(int inFlight, int arrived, int wanted) {
        return inFlight + arrived < wanted;
    }

    /** Returns false if the event must wait; ends the request if the port has no room for a socket. */
    private boolean mayDeliver(IocpChannel listener, Request request) {
        if (!completions.hasRoom()) {
            driver.turns.defer(listener);
            return false;
        }
        if (completions.mayAccept(request)) {
            return true;
        }
        listener.listening().failure = WinError.WSAEMFILE;
        cancelOperations(listener);
        endIfNoneInFlight(listener, request);
        return false;
    }

    /**
     * Opens a socket and lets the kernel accept into it.
     *
     * @return the error code, 0, or {@link #LATER} if the connection was gone. Then the next fetch
     *     comes first, so that a listener with only such connections does not occupy the port's
     *     thread
     */
    private int post(IocpChannel listener, Request request) {
        WindowsSockets sockets = driver.sockets;
        long acceptor = sockets.socket(listener.family, true);
        if (acceptor == WinsockConstants.INVALID_SOCKET) {
            return sockets.callState().wsaGetLastError();
        }
        OverlappedOperation operation = driver.operations.take(request);
        operation.acceptor = acceptor;
        driver.sockets.calls.addSubmission();
        int accepted =
                Mswsock.AcceptEx(
                        driver.capture,
                        listener.handle,
                        acceptor,
                        operation.extra(),
                        0,
                        ADDRESS_SIZE,
                        ADDRESS_SIZE,
                        driver.count(),
                        operation.overlapped);
        int error = accepted != 0 ? 0 : sockets.callState().wsaGetLastError();
        boolean pending =
                accepted != 0 ? !listener.skipsPackets : error == WinError.ERROR_IO_PENDING;
        if (pending) {
            listener.listening().operations.add(operation);
            return 0;
        }
        RawAddress peer = error == 0 ? peerOf(operation) : null;
        driver.operations.finish(operation);
        if (error == 0) {
            arrived(listener, acceptor, peer);
            driver.turns.defer(listener);
            return 0;
        }
        sockets.closeHandle(acceptor);
        if (WindowsErrors.isTransientAcceptError(error)) {
            driver.turns.defer(listener);
            return LATER;
        }
        return error;
    }

    /** Handles the packet of an AcceptEx. */
    void completed(IocpChannel listener, Request request, OverlappedOperation operation,
            int error) {
        IocpChannel.Listening listening = listener.listening();
        listening.operations.remove(operation);
        long acceptor = operation.acceptor;
        RawAddress peer = error == 0 ? peerOf(operation) : null;
        driver.operations.finish(operation);
        if (error == 0) {
            arrived(listener, acceptor, peer);
        } else {
            driver.sockets.closeHandle(acceptor);
            if (!WindowsErrors.isTransientAcceptError(error) && listening.failure == 0
                    && request.cancelReason == null) {
                listening.failure = error;
                cancelOperations(listener);
            }
        }
        while (!listening.arrived.isEmpty() && completions.hasRoom()
                && completions.mayAccept(request)) {
            if (completions.accepted(request, listening.arrived.remove())) {
                return;
            }
        }
        if (request.cancelReason != null || listening.failure != 0) {
            endIfNoneInFlight(listener, request);
        } else {
            start(listener, request);
        }
    }

    /**
     * Returns the peer of an accepted connection, or null if Windows does not report it.
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-getacceptexsockaddrs">
     *     GetAcceptExSockaddrs</a>
     */
    private @Nullable RawAddress peerOf(OverlappedOperation operation) {
        long memory = found.address();
        Memory.setLong(memory + REMOTE, 0);
        Memory.setInt(memory + REMOTE_SIZE, 0);
        Mswsock.GetAcceptExSockaddrs(
                driver.capture,
                operation.extra(),
                0,
                ADDRESS_SIZE,
                ADDRESS_SIZE,
                memory + LOCAL,
                memory + LOCAL_SIZE,
                memory + REMOTE,
                memory + REMOTE_SIZE);
        long remote = Memory.getLong(memory + REMOTE);
        if (remote == 0) {
            return null;
        }
        RawAddress peer = new RawAddress();
        WindowsSockaddr.decode(remote, Memory.getInt(memory + REMOTE_SIZE), peer);
        return peer.family == RawAddress.NONE ? null : peer;
    }

    /**
     * Keeps a connection until an event can deliver it, unless the connection has ended already.
     */
    private void arrived(IocpChannel listener, long acceptor, @Nullable RawAddress peer) {
        int error = driver.sockets.updateAcceptContext(acceptor, listener.handle);
        if (error != 0) {
            driver.sockets.closeHandle(acceptor);
            return;
        }
        IocpChannel accepted = driver.sockets.acceptedBy(listener, acceptor);
        accepted.acceptedPeer = peer;
        listener.listening().arrived.add(accepted);
    }

    /** Asks the kernel to end all accepts; the request ends with the last one. */
    void cancel(IocpChannel listener, Request request) {
        cancelOperations(listener);
        endIfNoneInFlight(listener, request);
    }

    private void cancelOperations(IocpChannel listener) {
        for (OverlappedOperation operation : listener.listening().operations) {
            driver.cancel(listener.handle, operation);
        }
    }

    private void endIfNoneInFlight(IocpChannel listener, Request request) {
        IocpChannel.Listening listening = listener.listening();
        if (listening.operations.isEmpty()) {
            int failure = listening.failure;
            end(listener, request, failure == 0 ? WinError.ERROR_OPERATION_ABORTED : failure);
        }
    }

    private void end(IocpChannel listener, Request request, int error) {
        listener.listening().failure = 0;
        driver.fail(listener, request, error);
    }

    /**
     * Resets the connections that no accept took, before the listener closes.
     *
     * @param forgotten true if the kernel failed and may still have accepts
     */
    void dropArrived(IocpChannel listener, boolean forgotten) {
        IocpChannel.Listening listening = listener.listening;
        if (listening == null) {
            return;
        }
        assert forgotten || listening.operations.isEmpty()
                : "accepts are with the kernel: " + listener;
        while (!listening.arrived.isEmpty()) {
            IocpChannel connection = listening.arrived.remove();
            driver.sockets.makeAbortive(connection);
            driver.sockets.close(connection);
        }
    }
}
