package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.time.Duration;

/**
 * Ends a socket in one of the three {@link CloseMode ways}. From its submission on the socket takes
 * no other operation; those that are pending end with CLOSED_LOCALLY, and the event of the close is
 * the socket's last.
 *
 * <p>A {@link Cancel} of a pending graceful close aborts the connection.
 */
public final class Close extends Operation<Close> {
    private final CloseMode mode;

    private Close(NativeSocket socket, CloseMode mode, int argument) {
        super(RequestKind.CLOSE, socket);
        this.mode = mode;
        request.argument = (byte) argument;
    }

    /**
     * Queued sends finish, the peer is told the end of the stream, and what it still sends is
     * discarded until it ends its side too.
     *
     * <p>If the receiving side was shut down before, the end of the peer's stream cannot be seen any
     * more: then what has come by now is discarded (where the system still gives it: Windows resets a
     * connection with such bytes), and nothing is waited for but the sends.
     *
     * <p>Ends with OK; with DEADLINE if the time was over before the peer ended its side, when the
     * descriptor is given back all the same, with a reset if queued bytes could not be sent; with
     * RESET and the like if the connection was lost. On a socket that is not a connected stream it
     * is as {@link #immediate}.
     *
     * @param socket an open socket
     * @param timeout how long the peer may take, more than zero
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
     * Pending operations are cancelled, then the descriptor is given back. With a positive {@link
     * SockOpt#LINGER} the event comes after the system's close has waited, on another thread.
     *
     * @param socket an open socket
     * @return the operation
     */
    public static Close immediate(NativeSocket socket) {
        return new Close(socket, CloseMode.IMMEDIATE, Request.IMMEDIATE);
    }

    /**
     * Pending operations are cancelled, then the connection is reset: the peer sees a reset and no
     * end of stream, and nothing stays in TIME_WAIT. An end of stream that a {@link Shutdown} has
     * sent before cannot be taken back: the peer may see that one, and then its sends fail. Unix
     * sockets know no reset: their peer sees the
     * end of the stream, or a reset if it had bytes on the way to us.
     *
     * @param socket an open socket
     * @return the operation
     */
    public static Close abort(NativeSocket socket) {
        return new Close(socket, CloseMode.ABORT, Request.ABORT);
    }

    /**
     * The way of closing.
     *
     * @return as asked for
     */
    public CloseMode mode() {
        return mode;
    }

    /**
     * How many bytes of the peer's a graceful close has read and thrown away.
     *
     * @return 0 or more
     */
    public long discardedBytes() {
        return request.result;
    }

    /** A close ends once; until then its request gathers how. */
    @Override
    boolean hadEvent() {
        return !isPending() && super.hadEvent();
    }
}
