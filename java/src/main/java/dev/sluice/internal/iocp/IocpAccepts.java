package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Accepts by AcceptEx, each into a socket that was opened for it. A multishot accept keeps several in
 * operation. The request ends only when the last of them has completed; a connection that arrives when
 * nobody may take it is kept for the next accept.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-acceptex">
 *     AcceptEx</a>
 */
final class IocpAccepts {
    /** AcceptEx calls of one multishot accept with the kernel. */
    static final int MOST_IN_FLIGHT = 8;

    private static final int LATER = -1;

    /** AcceptEx wants 16 bytes more than the longest address of the protocol, twice. */
    private static final int ADDRESS_SIZE = WindowsSockaddr.INET_SIZE + 16;

    static {
        assert 2 * ADDRESS_SIZE <= OverlappedOperation.EXTRA_SIZE
                : "the addresses do not fit into an operation";
    }

    private static final int LOCAL = 0;
    private static final int LOCAL_SIZE = 8;
    private static final int REMOTE = 16;
    private static final int REMOTE_SIZE = 24;

    private final IocpBackend backend;
    private final IocpTransfers transfers;
    private final Completions completions;

    /** Where GetAcceptExSockaddrs writes pointers and lengths. */
    private final MemorySegment found = Arena.ofAuto().allocate(32, Long.BYTES);

    IocpAccepts(IocpBackend backend, IocpTransfers transfers) {
        this.backend = backend;
        this.transfers = transfers;
        this.completions = transfers.completions;
    }

    /** Hands out what has arrived, and keeps as many accepts in flight as the request wants. */
    void resume(IocpChannel listener, Request request) {
        IocpChannel.Listening listening = listener.listening();
        while (!listening.arrived.isEmpty()) {
            if (!mayDeliver(listener, request)) {
                return;
            }
            if (deliver(request, listening.arrived.remove())) {
                return;
            }
        }
        // Not left to AcceptEx: Wine would wait for ever.
        boolean listens = listener.state == Channel.State.LISTENING;
        int error = listens ? transfers.attach(listener) : WinError.WSAEINVAL;
        int wanted = request.multishot ? MOST_IN_FLIGHT : 1;
        while (error == 0 && listening.failure == 0 && request.cancelReason == null
                && isOneMoreWanted(listening.operations.size(), listening.arrived.size(), wanted)) {
            if (!request.detached && !completions.canAdopt()) {
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
     * Whether another accept is posted. What has arrived at once counts as well: a single accept takes
     * one connection, and a multishot one takes no more than it can hand out.
     */
    static boolean isOneMoreWanted(int inFlight, int arrived, int wanted) {
        return inFlight + arrived < wanted;
    }

    /** False when the event must wait; ends the request when the port has no room for a socket. */
    private boolean mayDeliver(IocpChannel listener, Request request) {
        if (!completions.hasRoom()) {
            backend.defer(listener);
            return false;
        }
        if (request.detached || completions.canAdopt()) {
            return true;
        }
        listener.listening().failure = WinError.WSAEMFILE;
        cancelOperations(listener);
        endIfNoneInFlight(listener, request);
        return false;
    }

    /**
     * Opens a socket and lets the kernel accept into it; returns the error code, 0, or {@link #LATER} when
     * the connection was gone. Then the next fetch comes first, so that a listener with only such
     * connections does not keep the port's thread.
     */
    private int post(IocpChannel listener, Request request) {
        WindowsSockets sockets = transfers.sockets;
        long acceptor = sockets.socket(listener.family, true);
        if (acceptor == WinsockConstants.INVALID_SOCKET) {
            return sockets.callState().wsaGetLastError();
        }
        OverlappedOperation operation = transfers.operations.take(request);
        operation.acceptor = acceptor;
        int accepted =
                Mswsock.AcceptEx(
                        transfers.capture,
                        listener.handle,
                        acceptor,
                        operation.extra(),
                        0,
                        ADDRESS_SIZE,
                        ADDRESS_SIZE,
                        transfers.count(),
                        operation.overlapped);
        int error = accepted != 0 ? 0 : sockets.callState().wsaGetLastError();
        boolean pending =
                accepted != 0 ? !listener.skipsPackets : error == WinError.ERROR_IO_PENDING;
        if (pending) {
            listener.listening().operations.add(operation);
            return 0;
        }
        RawAddress peer = error == 0 ? peerOf(operation) : null;
        transfers.operations.release(operation);
        if (error == 0) {
            arrived(listener, acceptor, peer);
            backend.defer(listener);
            return 0;
        }
        sockets.closeHandle(acceptor);
        if (WindowsErrors.isTransientAcceptError(error)) {
            backend.defer(listener);
            return LATER;
        }
        return error;
    }

    /** A packet of an accept came. */
    void completed(IocpChannel listener, Request request, OverlappedOperation operation,
            int error) {
        IocpChannel.Listening listening = listener.listening();
        listening.operations.remove(operation);
        long acceptor = operation.acceptor;
        RawAddress peer = error == 0 ? peerOf(operation) : null;
        transfers.operations.release(operation);
        if (error == 0) {
            arrived(listener, acceptor, peer);
        } else {
            transfers.sockets.closeHandle(acceptor);
            if (!WindowsErrors.isTransientAcceptError(error) && listening.failure == 0
                    && request.cancelReason == null) {
                listening.failure = error;
                cancelOperations(listener);
            }
        }
        while (!listening.arrived.isEmpty() && completions.hasRoom()
                && (request.detached || completions.canAdopt())) {
            if (deliver(request, listening.arrived.remove())) {
                return;
            }
        }
        if (request.cancelReason != null || listening.failure != 0) {
            endIfNoneInFlight(listener, request);
        } else {
            resume(listener, request);
        }
    }

    /**
     * Whom AcceptEx accepted, or null if it does not tell.
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
                transfers.capture,
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

    /** Keeps a connection until an event can bring it, unless it is gone already. */
    private void arrived(IocpChannel listener, long acceptor, @Nullable RawAddress peer) {
        int error = transfers.sockets.updateAcceptContext(acceptor, listener.handle);
        if (error != 0) {
            transfers.sockets.closeHandle(acceptor);
            return;
        }
        IocpChannel accepted = backend.accepted(listener, acceptor);
        accepted.acceptedPeer = peer;
        listener.listening().arrived.add(accepted);
    }

    /** Hands a connection over; true when that ended the request. */
    private boolean deliver(Request request, IocpChannel accepted) {
        if (!request.detached) {
            completions.adopt(accepted);
        }
        if (request.multishot) {
            completions.event(request, 0, null, accepted);
            return false;
        }
        request.payload(accepted);
        completions.complete(request, Outcome.OK, 0, 0);
        return true;
    }

    /** Asks the kernel for the end of all accepts; the request ends when the last one completed. */
    void cancel(IocpChannel listener, Request request) {
        cancelOperations(listener);
        endIfNoneInFlight(listener, request);
    }

    private void cancelOperations(IocpChannel listener) {
        for (OverlappedOperation operation : listener.listening().operations) {
            transfers.cancelOperation(listener.handle, operation);
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
        transfers.fail(listener, request, error);
    }

    /**
     * Resets the connections that were not taken; the listener is about to be closed.
     *
     * @param forgotten accepts may be with the kernel, which cannot be asked any more
     */
    void dropArrived(IocpChannel listener, boolean forgotten) {
        IocpChannel.Listening listening = listener.listening;
        if (listening == null) {
            return;
        }
        assert forgotten || listening.operations.isEmpty()
                : "accepts are with the kernel: " + listener;
        while (!listening.arrived.isEmpty()) {
            IocpChannel nobodys = listening.arrived.remove();
            transfers.sockets.makeAbortive(nobodys);
            transfers.sockets.close(nobodys);
        }
    }
}
