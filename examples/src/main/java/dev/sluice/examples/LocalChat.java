package dev.sluice.examples;

import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.net.Connection;
import dev.sluice.net.Listener;
import dev.sluice.net.NetException;

/**
 * The {@link ChatServer} for the users of one machine, over a Unix socket. A guest need not say who it is: the
 * kernel knows the user and the process of each, and a guest cannot forge them.
 *
 * <p>Any user with write permission on the socket file can connect; restrict it by the directory's
 * permissions.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SO_PEERCRED</a>
 */
public final class LocalChat {
    private LocalChat() {}

    /** Serves the connections of a listener at a Unix socket, which it closes when it is stopped. */
    public static ChatServer start(Listener listener) {
        if (!listener.address().isUnix()) {
            throw new IllegalArgumentException(
                    "listen at unix:/path, not at " + listener.address());
        }
        return ChatServer.start(listener, LocalChat::nameOf);
    }

    private static String nameOf(Connection connection) throws NetException {
        try {
            var peer = connection.get(SockOpt.PEERCRED);
            return "user-" + peer.uid() + "-process-" + peer.pid();
        } catch (NetException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            return ""; // The chat then asks for a name.
        }
    }
}
