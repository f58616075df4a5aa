package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.time.Duration;

/**
 * Closes a socket in one of {@linkplain CloseMode three ways}. From the submission on, the socket takes
 * no other operation. Pending operations end with CLOSED_LOCALLY, except that a graceful close lets
 * sends finish. The event of the close is the socket's last. A close is never refused for lack of room.
 *
 * <p>{@linkplain CompletionPort#cancel Cancelling} a pending graceful close resets the connection.
 */
public final class Close extends Operation<Close> {
    private final CloseMode mode;

    private Close(NativeSocket socket, CloseMode mode, int argument) {
        super(RequestKind.CLOSE, socket);
        this.mode = mode;
        request.argument = (byte) argument;
    }

    /**
     * Closes after queued sends: they finish, the peer receives the end of the stream (FIN), and what
     * it still sends is discarded until it ends its side too.
     *
     * <p>If this side was shut down for receiving before, the peer's end of stream is invisible. Then
     * the close waits for the sends alone and discards what has come so far. Windows resets a connection
     * with such bytes.
     *
     * <p>Ends with OK. Ends with DEADLINE if the peer did not end its side in time; the descriptor is
     * closed then too, with a reset if queued bytes were not sent. Ends with RESET and the like if the
     * connection was lost. On a socket that is not a connected stream it is as {@link #immediate}.
     *
     * @param socket an open socket
     * @param timeout longest wait for the peer, more than zero
     * @return the operation
     */
    public static Close graceful(NativeSocket socket, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "graceful close within " + timeout + ": use more than zero, or immediate()");
        }
        return new Close(socket, CloseMode.GRACEFUL, Request.GRACEFUL).timeout(timeout);
    }

    /**
     * Cancels pending operations, then closes the descriptor. With a positive {@link SockOpt#LINGER}
     * the kernel's close waits on another thread, and the event follows it.
     *
     * @param socket an open socket
     * @return the operation
     */
    public static Close immediate(NativeSocket socket) {
        return new Close(socket, CloseMode.IMMEDIATE, Request.IMMEDIATE);
    }

    /**
     * Cancels pending operations, then resets the connection: the peer sees a reset (RST) and no end
     * of stream, and nothing stays in TIME_WAIT. If a {@link Shutdown} has sent the end of the stream
     * before, the peer may see that first, and then its sends fail. Unix sockets have no reset: their
     * peer sees the end of the stream, or ECONNRESET if this side had not received all its bytes.
     *
     * @param socket an open socket
     * @return the operation
     */
    public static Close abort(NativeSocket socket) {
        return new Close(socket, CloseMode.ABORT, Request.ABORT);
    }

    /**
     * Returns the way of closing.
     *
     * @return the mode that the operation was made with
     */
    public CloseMode mode() {
        return mode;
    }

    /**
     * Returns the number of bytes of the peer that a graceful close discarded.
     *
     * @return 0 or more; 0 for the other modes
     */
    public long discardedBytes() {
        return request.result;
    }

    /** Until a close ends, its request collects the outcome. */
    @Override
    boolean hadEvent() {
        return !isPending() && super.hadEvent();
    }
}
