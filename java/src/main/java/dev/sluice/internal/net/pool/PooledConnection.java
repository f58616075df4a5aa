package dev.sluice.internal.net.pool;

import dev.sluice.net.Connection;

/** A connection of the pool, used or idle. */
public final class PooledConnection {
    final AddressSlots address;
    final long createdNanos;
    private final Connection connection;

    /** When it was last released; guarded by the pool's lock. */
    long idleSinceNanos;

    PooledConnection(AddressSlots address, Connection connection, long createdNanos) {
        this.address = address;
        this.connection = connection;
        this.createdNanos = createdNanos;
    }

    /** Returns the connection. */
    public Connection connection() {
        return connection;
    }
}
