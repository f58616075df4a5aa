package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.RequestKind;

/**
 * Accepts connections of a listening socket: one, or with {@link #multishot} one after the other.
 *
 * <p>A connection that its peer gave up before it was accepted is passed over; it never ends the
 * listener. An accept of one connection ends with OUT_OF_DESCRIPTORS without a free descriptor, and
 * with OUT_OF_MEMORY without memory. Submitted again, it starts when a socket of the port is
 * closed, or after a pause. A multishot accept reports such a failure and retries by itself.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</a>
 */
public final class Accept extends Operation<Accept> {
    /**
     * An accept of one connection.
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
     * Leaves accepted sockets unattached, so that they can be given to other ports: see {@link
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
     * The socket that was accepted. It is open on this port; if nobody ever asks for it, close the
     * port or do not ignore events.
     *
     * @return the connected socket of the latest event
     * @throws IllegalStateException if the event brought none, or accepts are detached
     */
    public NativeSocket accepted() {
        if (request.detached) {
            throw new IllegalStateException("accepts are detached: use takeDetached()");
        }
        return port().socketOf(requireAccepted());
    }

    /**
     * Takes over the unattached socket of the latest event.
     *
     * @return to be attached to a port, or closed
     * @throws IllegalStateException if the event brought none, it was taken, or accepts are attached
     */
    public DetachedSocket takeDetached() {
        if (!request.detached) {
            throw new IllegalStateException("accepts are attached: use accepted(), or detached()");
        }
        DetachedSocket taken = new DetachedSocket(requireAccepted(), port().engine());
        request.payload(null);
        port().unclaimed.remove(this);
        return taken;
    }

    private Channel requireAccepted() {
        Channel channel = request.accepted();
        if (channel == null) {
            throw new IllegalStateException(this + " brought no socket");
        }
        return channel;
    }

    private CompletionPort port() {
        NativeSocket listener = socket();
        assert listener != null : "an accept has a listener";
        return listener.port();
    }

    @Override
    void prepare() {
        super.prepare();
        unclaimed();
    }

    @Override
    void keep() {
        if (request.detached) {
            port().unclaimed.add(this);
        }
    }

    @Override
    void unclaimed() {
        Channel channel = request.accepted();
        if (channel != null && request.detached) {
            request.payload(null);
            port().unclaimed.remove(this);
            port().engine().backend().closeDetached(channel);
        }
    }
}
