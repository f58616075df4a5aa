package dev.sluice.examples;

import dev.sluice.net.Connection;
import dev.sluice.net.Listener;
import dev.sluice.net.Server;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends back what it receives, until the peer ends its stream.
 *
 * <p>A {@link Server} runs the handler on a virtual thread for each connection, so it reads like a
 * program for one peer. When it returns, the connection is closed gracefully: the peer receives
 * every byte, then the end of the stream. An exception ends this connection alone.
 */
public final class EchoServer implements Example {
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Server server;

    private EchoServer(Listener listener) {
        server = Server.on(listener, EchoServer::serve);
    }

    /** Serves the connections of a listener, which it closes when it is stopped. */
    public static EchoServer start(Listener listener) {
        EchoServer echo = new EchoServer(listener);
        echo.server.start();
        return echo;
    }

    private static void serve(Connection connection) throws IOException {
        connection.idleTimeout(IDLE);
        connection.transferTo(connection);
    }

    @Override
    public String stop() {
        return Example.ended(server.stop(GRACE));
    }
}
