package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;

/**
 * Connects a socket. Sends that are submitted meanwhile wait until it is connected.
 *
 * <p>Ends with OK, or with REFUSED (no listener at the address), UNREACHABLE (no route), TIMED_OUT (the
 * kernel got no answer), DEADLINE (the timeout of this operation) or CANCELLED. After a failure the
 * socket can only be closed, since operating systems disagree on what else works: connect again with a
 * new socket.
 *
 * <p>While the backlog of a Unix listener is full, the connect is retried every 10 milliseconds,
 * until there is room or its deadline passes. A datagram socket may still receive datagrams that
 * others sent before the connect; {@link ReceiveFrom#source} distinguishes them. TCP may connect a
 * socket to itself if nothing listens at the address and the kernel chooses its port as the local
 * port. {@link NativeSocket#localAddress} and {@link NativeSocket#peerAddress} are then equal.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
 */
public final class Connect extends Operation<Connect> {
    private final RawAddress raw = new RawAddress();

    /**
     * Makes a connect to an address.
     *
     * @param socket a socket that is not connected
     * @param peer of the socket's family; an IPv6 socket also connects to an IPv4 address
     */
    public Connect(NativeSocket socket, Address peer) {
        super(RequestKind.CONNECT, socket);
        request.peer(raw);
        raw.set(peer.raw());
    }

    /**
     * Connects to another address from the next submission on.
     *
     * @param peer of the socket's family
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public Connect to(Address peer) {
        requireIdle("change the address of");
        raw.set(peer.raw());
        return this;
    }

    @Override
    String describeTarget() {
        return " to " + Address.copyOf(raw);
    }
}
