package dev.sluice;

import dev.sluice.internal.spi.RequestKind;

/**
 * Ends a connection and keeps the socket, which can connect again. Windows has it for TCP (DisconnectEx
 * with TF_REUSE_SOCKET), Linux for datagram sockets. Ends with UNSUPPORTED elsewhere, and with
 * NOT_CONNECTED on a socket that is not connected.
 *
 * <p>A local port that was bound by its number stays. Linux releases one that the kernel chose: bind the
 * socket again if the port matters.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex">
 *     DisconnectEx</a>
 */
public final class Disconnect extends Operation<Disconnect> {
    /**
     * Makes a disconnect.
     *
     * @param socket a connected socket
     */
    public Disconnect(NativeSocket socket) {
        super(RequestKind.DISCONNECT, socket);
    }
}
