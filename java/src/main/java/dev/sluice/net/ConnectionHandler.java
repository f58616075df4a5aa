package dev.sluice.net;

/** Serves one connection from its beginning to its end. */
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Serves a connection. A {@link Server} calls this on a virtual thread for each connection. When
     * it returns, the server closes the connection: the peer gets all written bytes, then the end of
     * the stream. When it throws, the server resets the connection, unless the handler closed it
     * before, so that the peer does not take a part of an answer for the whole.
     *
     * @param connection a new connection
     * @throws Exception ends this connection. The server logs the loss of a connection and a deadline
     *     at DEBUG, any other {@link java.io.IOException} at WARN, everything else at ERROR
     */
    void serve(Connection connection) throws Exception;
}
