package dev.sluice.net;

/**
 * What a {@link Server} does with new connections while {@link Server#maxConnections} is reached or
 * {@link Server#maxKeptBytes} is exceeded; set by {@link Server#whenFull}.
 */
public enum OverloadPolicy {
    /**
     * Serves none. The listener still accepts up to {@link ListenerOptions#ahead} connections,
     * which wait without a handler and which {@link Server#stop} resets. Further clients wait in the
     * backlog, and beyond it the kernel drops or refuses them (listen(2)). For handlers that always
     * end. Set {@link Connection#idleTimeout}; otherwise idle peers block new ones.
     */
    STOP_ACCEPTING,

    /**
     * Accepts and resets each at once, so that clients fail at once and can try another server, as
     * behind a load balancer.
     */
    REFUSE,

    /**
     * Resets the connection that has moved no byte for longest, and serves the new one in its
     * place. Only connections that have been idle for at least a second are reset; while there is
     * none, new ones wait in the backlog. Their handlers get a {@link ClosedException}. For
     * untrusted peers. A keep-alive connection without requests, or one whose handler computes
     * without a read or a write, is idle too. This costs about 20 ns for each read and write, and
     * one wake-up a second while connections are open.
     */
    ABORT_OLDEST_IDLE
}
