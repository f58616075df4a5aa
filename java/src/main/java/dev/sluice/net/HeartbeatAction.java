package dev.sluice.net;

/** Runs when nothing has moved on a connection for the interval of its heartbeat. */
@FunctionalInterface
public interface HeartbeatAction {
    /**
     * Handles an idle connection, on a virtual thread: sends a ping, or closes the connection.
     *
     * @param connection the idle connection
     * @throws Exception ends the heartbeat, not the connection. It is logged at WARN while the
     *     connection is open; an {@link Error} always, at ERROR
     */
    void idle(Connection connection) throws Exception;
}
