package dev.sluice.internal.net.pool;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A thread that waits for a connection; guarded by the pool's lock. */
final class Waiter {
    final AddressSlots address;
    final Condition served;

    /** Smaller for one that came before. */
    final long number;

    /** True once it has a connection, or may dial one. */
    boolean isServed;

    /** What it has; null if it may dial. */
    @Nullable
    PooledConnection connection;

    Waiter(AddressSlots address, Condition served, long number) {
        this.address = address;
        this.served = served;
        this.number = number;
    }

    void serve(@Nullable PooledConnection idle) {
        connection = idle;
        isServed = true;
        served.signal();
    }
}
