package dev.sluice.net;

/**
 * What a {@link Server} does with new connections while {@link Server#maxConnections} or {@link
 * Server#maxKeptBytes} is met; set by {@link Server#whenFull}.
 */
public enum OverloadPolicy {
    /**
     * Accepts none. Clients wait in the backlog, and beyond it the kernel drops or refuses them
     * (listen(2)). Right where every connection ends by itself: set {@link Connection#idleTimeout}, or
     * peers that stay connected keep the others out.
     */
    STOP_ACCEPTING,

    /**
     * Accepts and resets each at once, so that clients fail at once and can try another server, as
     * behind a load balancer.
     */
    REFUSE,

    /**
     * Resets the connection that has moved no byte for longest, and serves the new one in its place.
     * Only connections that have been idle for at least a second are reset; while there is none, new
     * ones wait in the backlog. Their handlers get a {@link ClosedException}. Right for peers that are
     * not trusted. An idle keep-alive connection, or one whose handler computes without a read or a
     * write, is idle too. The server records the time of each read and write for it, about 20
     * nanoseconds, and wakes up once a second while it has connections.
     */
    ABORT_OLDEST_IDLE
}
