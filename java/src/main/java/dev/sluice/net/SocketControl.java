package dev.sluice.net;

import dev.sluice.NativeSocket;
import dev.sluice.SystemCallException;

/** Sets options of a socket that is neither bound nor connected. */
@FunctionalInterface
public interface SocketControl {
    /**
     * Configures a socket. Runs on the port's thread, so it must not block.
     *
     * @param socket a new socket; valid during the call
     * @throws SystemCallException fails the listen, the dial or the bind, with this as the cause
     */
    void configure(NativeSocket socket) throws SystemCallException;
}
