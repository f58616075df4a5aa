package dev.sluice.net;

import java.io.IOException;

/** What is done when nothing has moved on a connection for a while. */
@FunctionalInterface
public interface HeartbeatAction {
    /**
     * Called on a virtual thread.
     *
     * @param connection the one that is idle
     * @throws IOException ends the heartbeat, not the connection
     */
    void idle(Connection connection) throws IOException;
}
