package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.RequestKind;

/**
 * Accepts connections of a listening socket: one, or with {@link #multishot} one after the other.
 *
 * <p>A connection that its peer closed before it was accepted is skipped; it never ends the listener.
 * An accept of one connection ends with OUT_OF_DESCRIPTORS if no descriptor is free, and with
 * OUT_OF_MEMORY if memory is short. Submitted again, it starts when a socket of the port is closed,
 * or after a pause. A multishot accept reports such a failure and retries by itself.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-acceptex">
 *     AcceptEx</a>
 */
public final class Accept extends Operation<Accept> {
    /**
     * Makes an accept of one connection.
     *
     * @param listener a listening socket
     */
    public Accept(NativeSocket listener) {
        super(RequestKind.ACCEPT, listener);
    }

    /**
     * Continues to accept after each event, until a cancel or the close of the listener.
     *
     * <p>A failure that can pass (OUT_OF_DESCRIPTORS, OUT_OF_MEMORY, PERMISSION of a firewall and
     * the like) is an event with {@link #hasMore} and without a socket. The accept is retried when
     * a socket of the port is closed, or after a pause that grows from 10 milliseconds to a second.
     * A failure that lasts is reported once. It is reported again only after a connection was
     * accepted, and at most once a second. Only INVALID is terminal: the socket does not listen.
     *
     * @return this operation
     */
    public Accept multishot() {
        requireIdle("change");
        request.multishot = true;
        return this;
    }

    /**
     * Leaves accepted sockets detached, so that other ports can attach them: see {@link
     * #takeDetached} and {@link CompletionPort#attach}.
     *
     * @return this operation
     */
    public Accept detached() {
        requireIdle("change");
        request.detached = true;
        return this;
    }

    /**
     * Returns the socket that was accepted. It is open on this port and stays open, even if no handler
     * asks for it, until it or the port is closed.
     *
     * @return the connected socket of the latest event
     * @throws IllegalStateException if the event has no socket, or accepts are detached
     */
    public NativeSocket accepted() {
        if (request.detached) {
            throw new IllegalStateException("accepts are detached: use takeDetached()");
        }
        return NativeSocket.of(requireSocket().port(), requireAccepted());
    }

    /**
     * Takes the detached socket of the latest event. A detached socket that the handler does not take
     * is closed.
     *
     * @return a socket to attach to a port, or to close
     * @throws IllegalStateException if the event has no socket, it was taken, or accepts are attached
     */
    public DetachedSocket takeDetached() {
        if (!request.detached) {
            throw new IllegalStateException("accepts are attached: use accepted(), or detached()");
        }
        CompletionPort port = requireSocket().port();
        DetachedSocket taken = new DetachedSocket(requireAccepted(), port.engine());
        request.clearPayload();
        port.untakenAccepts.remove(this);
        return taken;
    }

    private Channel requireAccepted() {
        Channel channel = request.accepted();
        if (channel == null) {
            throw new IllegalStateException(this + " has no accepted socket: ask isOk() first");
        }
        return channel;
    }

    @Override
    void prepare() {
        super.prepare();
        discardPayload();
    }

    @Override
    void keepPayload() {
        if (request.detached) {
            requireSocket().port().untakenAccepts.add(this);
        }
    }

    @Override
    void discardPayload() {
        Channel channel = request.accepted();
        if (channel != null && request.detached) {
            CompletionPort port = requireSocket().port();
            request.clearPayload();
            port.untakenAccepts.remove(this);
            port.engine().closeDetached(channel);
        }
    }
}
