package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Waits until a socket is ready and moves no byte, on every backend. The program then calls {@link
 * NativeSocket#tryReceive}, {@link NativeSocket#trySend} or {@link NativeSocket#tryAccept}.
 *
 * <p>Readiness is level-triggered at the submission: if the socket is ready then, the operation ends
 * at the next poll of the port.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class Readiness extends Operation<Readiness> {
    private Readiness(NativeSocket socket, int interest) {
        super(RequestKind.POLL, socket);
        request.argument = (byte) interest;
    }

    /**
     * Waits for bytes, an end of stream, or a connection to accept.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Readiness readable(NativeSocket socket) {
        return new Readiness(socket, Request.READABLE);
    }

    /**
     * Waits for room in the send buffer.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Readiness writable(NativeSocket socket) {
        return new Readiness(socket, Request.WRITABLE);
    }

    /**
     * Waits for either of {@link #readable} and {@link #writable}.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Readiness readableOrWritable(NativeSocket socket) {
        return new Readiness(socket, Request.READABLE | Request.WRITABLE);
    }

    /**
     * Waits until the peer has ended its side or the connection is gone, whether bytes are left or
     * not.
     *
     * @param socket a connected stream
     * @return the operation
     */
    public static Readiness hangup(NativeSocket socket) {
        return new Readiness(socket, Request.HANGUP);
    }

    /**
     * Continues after each event, edge-triggered: the first event reports the state at the submission
     * if the socket is ready then, and one more event follows each time the socket becomes ready
     * again. A call that leaves bytes or room behind causes no event. Several changes may come as one
     * event, and an event may come without a change.
     *
     * <p>A receive emptied the socket if it returned {@link NativeSocket#WOULD_BLOCK}. On TCP it also did
     * if it returned fewer bytes than it had room for, unless the event {@link #isHangup} or {@link
     * #isUrgent}.
     *
     * <p>A backend without this capability ends the operation with UNSUPPORTED: IOCP, and io_uring before
     * Linux 5.13. See {@link Capabilities#report}.
     *
     * @return this operation
     * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7), EPOLLET</a>
     */
    public Readiness multishot() {
        requireIdle("change");
        request.multishot = true;
        return this;
    }

    /**
     * Returns true if a receive or an accept would not block.
     *
     * @return true also at the end of the stream
     */
    public boolean isReadable() {
        return (request.result & Request.READABLE) != 0;
    }

    /**
     * Returns true if a send would not block.
     *
     * @return true also if it would fail at once
     */
    public boolean isWritable() {
        return (request.result & Request.WRITABLE) != 0;
    }

    /**
     * Returns true if the peer has ended its side or the connection is gone. Every kind of readiness
     * reports this.
     *
     * @return false if unknown
     */
    public boolean isHangup() {
        return (request.result & Request.HANGUP) != 0;
    }

    /**
     * Returns true if urgent data (MSG_OOB) is there. A receive stops before urgent data, so a receive
     * that returns fewer bytes than it had room for may not have emptied the socket. A {@linkplain
     * #multishot multishot} operation always reports this.
     *
     * @return false if unknown
     */
    public boolean isUrgent() {
        return (request.result & Request.URGENT) != 0;
    }

    @Override
    String kindName() {
        return "readiness";
    }
}
