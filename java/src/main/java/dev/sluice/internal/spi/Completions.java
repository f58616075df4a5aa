package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * Where a backend reports what became of the requests it was given. Called on the port's thread
 * only; reporting never runs a user's handler, so a backend may report in the middle of its work.
 */
public interface Completions {
    /**
     * The last report of a started request. The kernel has given its memory back. What goes with
     * it to the user is in {@link Request#payload}. After a failure that can pass the request may be
     * started again later, by {@link Backend#start}.
     *
     * @param result bytes moved, or what the kind says; ignored when negative
     * @param nativeCode the system's code behind the outcome, 0 if there was none
     */
    void complete(Request request, Outcome outcome, long result, int nativeCode);

    /**
     * One event of a multishot request that goes on. A buffer or accepted channel goes with it to
     * the user.
     */
    void event(Request request, long result, @Nullable PoolBuffer buffer,
            @Nullable Channel accepted);

    /**
     * The backend gave the memory of a send to the kernel together with that of the one before it: it
     * is started, before its turn.
     */
    void join(Request request);

    /** The kernel took nothing of a request that was joined: it waits for its turn again. */
    void putBack(Request request);

    /** False when the queue of undelivered events is full: stop producing until the next fetch. */
    boolean hasRoom();

    /** False when the port has as many sockets as it may: accept no further one. */
    boolean canAdopt();

    /** Takes an accepted socket into the port's table, after {@link #canAdopt} said that it fits. */
    void adopt(Channel channel);

    /**
     * Runs a task on the port's thread, for a backend's own work that ended on another thread. Any
     * thread may call; never refused while a request is in flight.
     */
    void post(Runnable task);
}
