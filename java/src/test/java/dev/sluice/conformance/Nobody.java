package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.SocketType;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;

/** Addresses at which a connect is refused. */
public final class Nobody {
    private Nobody() {}

    /**
     * Returns an address of this machine at which no socket listens, nor can begin to: a socket
     * that does not listen is bound to it as long as the port is open. The kernel may give a free
     * number to another program, or to the very socket that connects, which then is its own peer.
     */
    public static Address listensAt(CompletionPort port, Address at) throws SystemCallException {
        return port.socket(SocketType.streamFor(at)).bind(at).localAddress();
    }

    /** One of IPv4. */
    public static Address listensAt(CompletionPort port) throws SystemCallException {
        return listensAt(port, OwnLoopback.at(0));
    }
}
