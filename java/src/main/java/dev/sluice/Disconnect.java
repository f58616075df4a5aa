package dev.sluice;

import dev.sluice.internal.spi.RequestKind;

/**
 * Dissolves a connection and keeps the socket, to be connected or accepted into again. Windows has
 * it for TCP (DisconnectEx with TF_REUSE_SOCKET); Linux only for datagram sockets, elsewhere it ends
 * with UNSUPPORTED. A socket that is not connected ends it with NOT_CONNECTED.
 *
 * <p>A local port that the system chose may be given back with the connection, as Linux does; one
 * that was bound by its number stays. Bind the socket again where the port matters.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex">
 *     DisconnectEx</a>
 */
public final class Disconnect extends Operation<Disconnect> {
    /**
     * A disconnect.
     *
     * @param socket a connected socket
     */
    public Disconnect(NativeSocket socket) {
        super(RequestKind.DISCONNECT, socket);
    }
}
