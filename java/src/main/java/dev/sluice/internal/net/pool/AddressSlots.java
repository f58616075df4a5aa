package dev.sluice.internal.net.pool;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The connections to one address, and the threads that wait for one; guarded by the pool's lock. */
final class AddressSlots {
    final Object address;

    /** The last one is the one that was used last: the others grow old and are closed. */
    final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();

    /** In order of arrival. */
    final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

    /** Connections that are used, idle, or being dialled. */
    int open;

    AddressSlots(Object address) {
        this.address = address;
    }

    boolean isUnused() {
        return open == 0 && waiters.isEmpty();
    }

    @Nullable
    Waiter first() {
        return waiters.peekFirst();
    }
}
