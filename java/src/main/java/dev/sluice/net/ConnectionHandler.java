package dev.sluice.net;

import java.io.IOException;

/** Serves one connection from its beginning to its end. */
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Called on a virtual thread of its own. The connection is closed when it returns or throws.
     *
     * @param connection just accepted
     * @throws IOException the end of this connection; logged at debug level
     */
    void serve(Connection connection) throws IOException;
}
