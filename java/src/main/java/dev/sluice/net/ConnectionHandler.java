package dev.sluice.net;

/** Serves one connection from its beginning to its end. */
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Called on a virtual thread of its own. When it returns, the connection is closed: the peer
     * gets all written bytes, then the end of the stream. When it throws, the connection is reset,
     * unless the handler closed it before, so that the peer does not take a part of an answer for
     * the whole.
     *
     * @param connection just accepted
     * @throws Exception ends this connection. The {@link Server} logs the loss of a connection and a
     *     deadline at DEBUG, any other {@link java.io.IOException} at WARN, everything else at ERROR
     */
    void serve(Connection connection) throws Exception;
}
