package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * Receives a backend's reports on the requests that it started. The port's thread calls; a report
 * never runs a user's handler, so a backend may report in the middle of its work.
 */
public interface Completions {
    /**
     * Ends a started request, whose memory the kernel no longer uses. The engine may start a request
     * again whose failure can pass.
     *
     * @param result bytes moved, or what the kind defines
     * @param nativeCode the kernel's code behind the outcome, 0 if there was none
     */
    void complete(Request request, Outcome outcome, long result, int nativeCode);

    /** Ends a request after its cancel. Bytes that moved win: with some it ends as a success. */
    void cancelled(Request request);

    /**
     * Reports received bytes. A multishot receive continues; any other one ends.
     *
     * @param bytes their number, or {@link Request#coalesced}
     * @param buffer the pool's buffer with the bytes, or null if they are in the request's memory
     * @param truncated true if a datagram was longer than its memory
     * @return true if the request ended
     */
    boolean received(
            Request request, long bytes, @Nullable PoolBuffer buffer, boolean truncated);

    /**
     * Reports an accepted connection, for which {@link #mayAccept} found room. A multishot accept
     * continues; any other one ends.
     *
     * @return true if the request ended
     */
    boolean accepted(Request accept, Channel connection);

    /**
     * Reports readiness. A multishot poll continues; any other one ends.
     *
     * @param readiness {@link Request#READABLE} and the like
     * @return true if the request ended
     */
    boolean ready(Request poll, int readiness);

    /**
     * Marks a waiting send as started, before its turn: the kernel has its memory together with that
     * of the send before it.
     */
    void join(Request send);

    /** Returns a joined send to its queue, since the kernel took nothing of it. */
    void putBack(Request send);

    /** Returns false if the queue of undelivered events is full: produce none until the next fetch. */
    boolean hasRoom();

    /** Returns false if the port has no room for the socket that this accept would bring. */
    boolean mayAccept(Request accept);
}
