package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Waits until a socket is ready, and moves no byte: readiness itself, on every backend. The program
 * then uses {@link NativeSocket#tryReceive}, {@link NativeSocket#trySend} and {@link NativeSocket#tryAccept}.
 *
 * <p>It asks for the present state: a socket that is ready when the operation is submitted ends it
 * at the next poll of the port.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class Poll extends Operation<Poll> {
    private Poll(NativeSocket socket, int interest) {
        super(RequestKind.POLL, socket);
        request.argument = (byte) interest;
    }

    /**
     * Waits for bytes, an end of stream, or a connection to accept.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Poll readable(NativeSocket socket) {
        return new Poll(socket, Request.READABLE);
    }

    /**
     * Waits for room in the send buffer.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Poll writable(NativeSocket socket) {
        return new Poll(socket, Request.WRITABLE);
    }

    /**
     * Waits for either.
     *
     * @param socket any socket
     * @return the operation
     */
    public static Poll readableOrWritable(NativeSocket socket) {
        return new Poll(socket, Request.READABLE | Request.WRITABLE);
    }

    /**
     * Waits until the peer ended its side, or the connection is gone, whether bytes are left or not.
     *
     * @param socket a connected stream
     * @return the operation
     */
    public static Poll hangup(NativeSocket socket) {
        return new Poll(socket, Request.HANGUP);
    }

    /**
     * Goes on after each event: one tells the state when it is submitted, as far as the socket is
     * ready, and one follows each time the socket becomes ready again. A call that did not use up
     * what was there is no such time. Several changes may come as one event, and one may come
     * without any change.
     *
     * <p>A receive emptied the socket if it returned {@link NativeSocket#WOULD_BLOCK}. On TCP it also did
     * if it returned fewer bytes than it had room for, unless the event {@link #isHangup} or {@link
     * #isUrgent}.
     *
     * <p>IOCP does not have it: there the poll ends with UNSUPPORTED.
     *
     * @return this operation
     */
    public Poll multishot() {
        requireIdle("change");
        request.multishot = true;
        return this;
    }

    /**
     * Whether a receive or accept would not block.
     *
     * @return true also at the end of the stream
     */
    public boolean isReadable() {
        return (request.result & Request.READABLE) != 0;
    }

    /**
     * Whether a send would not block.
     *
     * @return true also if it would fail at once
     */
    public boolean isWritable() {
        return (request.result & Request.WRITABLE) != 0;
    }

    /**
     * Whether the peer ended its side or the connection is gone; told even when not asked for.
     *
     * @return false if not known
     */
    public boolean isHangup() {
        return (request.result & Request.HANGUP) != 0;
    }

    /**
     * Whether urgent data (MSG_OOB) is there. A receive stops before urgent data, so a receive that
     * returns fewer bytes than it had room for may not have emptied the socket. A {@linkplain
     * #multishot multishot} poll reports this always.
     *
     * @return false if not known
     */
    public boolean isUrgent() {
        return (request.result & Request.URGENT) != 0;
    }
}
