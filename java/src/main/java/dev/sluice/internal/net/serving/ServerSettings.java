package dev.sluice.internal.net.serving;

import dev.sluice.net.OverloadPolicy;
import java.time.Duration;

/**
 * The options of a server.
 *
 * @param maxPerAddress {@link #UNBOUNDED} for no limit
 * @param maxKeptBytes of the group of the listener
 * @param linger how long a connection may take to end after its handler has returned
 */
public record ServerSettings(int maxConnections, int maxPerAddress, long maxKeptBytes,
        OverloadPolicy whenFull, Duration linger) {
    /** No limit. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int MOST_CONNECTIONS = 65_536;
    private static final int FEWEST_CONNECTIONS = 1024;

    /** Heap budget of one connection, more than twice what it needs. */
    private static final long HEAP_OF_CONNECTION = 8 * 1024;

    private static final int KEPT_PART = 4;
    private static final long MIN_KEPT = 4L << 20;

    /** The defaults, as far as the heap of this process has room for them. */
    public static final ServerSettings DEFAULT = new ServerSettings(
            Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_OF_CONNECTION,
                    FEWEST_CONNECTIONS, MOST_CONNECTIONS),
            UNBOUNDED,
            Math.max(Runtime.getRuntime().maxMemory() / KEPT_PART, MIN_KEPT),
            OverloadPolicy.STOP_ACCEPTING, Duration.ofSeconds(10));

    /** Returns changed settings. */
    public ServerSettings maxConnections(int connections) {
        return new ServerSettings(connections, maxPerAddress, maxKeptBytes, whenFull, linger);
    }

    /** Returns changed settings. */
    public ServerSettings maxPerAddress(int connections) {
        return new ServerSettings(maxConnections, connections, maxKeptBytes, whenFull, linger);
    }

    /** Returns changed settings. */
    public ServerSettings maxKeptBytes(long bytes) {
        return new ServerSettings(maxConnections, maxPerAddress, bytes, whenFull, linger);
    }

    /** Returns changed settings. */
    public ServerSettings whenFull(OverloadPolicy policy) {
        return new ServerSettings(maxConnections, maxPerAddress, maxKeptBytes, policy, linger);
    }

    /** Returns changed settings. */
    public ServerSettings linger(Duration time) {
        return new ServerSettings(maxConnections, maxPerAddress, maxKeptBytes, whenFull, time);
    }
}
