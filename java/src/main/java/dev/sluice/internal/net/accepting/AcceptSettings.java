package dev.sluice.internal.net.accepting;

import dev.sluice.net.SocketControl;
import java.time.Duration;

/**
 * The options of a listening socket.
 *
 * @param ahead connections that are accepted before a caller takes them
 * @param control configures the socket before it is bound
 * @param patience how long accepts may fail before the listener is closed
 * @param unlinkOnClose true to delete the file of a Unix socket
 */
public record AcceptSettings(
        int backlog, int ahead, SocketControl control, Duration patience, boolean unlinkOnClose) {}
