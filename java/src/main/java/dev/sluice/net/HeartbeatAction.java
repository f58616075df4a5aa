package dev.sluice.net;

/** What is done when nothing has moved on a connection for a while. */
@FunctionalInterface
public interface HeartbeatAction {
    /**
     * Called on a virtual thread.
     *
     * @param connection the one that is idle
     * @throws Exception ends the heartbeat, not the connection; it is logged at WARN while the
     *     connection is open, and an {@link Error} always, at ERROR
     */
    void idle(Connection connection) throws Exception;
}
