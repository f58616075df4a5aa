package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Ends one direction of a connection or both; the socket stays open.
 *
 * <p>A shutdown of the sending side runs after the sends that were submitted before it: the peer
 * receives their bytes, then the end of the stream. A second one succeeds and does nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>
 */
public final class Shutdown extends Operation<Shutdown> {
    private Shutdown(NativeSocket socket, int direction) {
        super(RequestKind.SHUTDOWN, socket);
        request.argument = (byte) direction;
    }

    /**
     * Ends the sending side: the peer sees the end of the stream (SHUT_WR, SD_SEND).
     *
     * @param socket a connected stream
     * @return the operation
     */
    public static Shutdown send(NativeSocket socket) {
        return new Shutdown(socket, Request.SHUTDOWN_SEND);
    }

    /**
     * Ends the receiving side (SHUT_RD, SD_RECEIVE). A pending receive ends with EOF; the peer sees
     * nothing.
     *
     * @param socket a connected stream
     * @return the operation
     */
    public static Shutdown receive(NativeSocket socket) {
        return new Shutdown(socket, Request.SHUTDOWN_RECEIVE);
    }

    /**
     * Ends both sides, after the queued sends (SHUT_RDWR, SD_BOTH).
     *
     * @param socket a connected stream
     * @return the operation
     */
    public static Shutdown both(NativeSocket socket) {
        return new Shutdown(socket, Request.SHUTDOWN_BOTH);
    }
}
