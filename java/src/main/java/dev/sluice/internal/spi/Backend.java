package dev.sluice.internal.spi;

import java.util.Set;

/**
 * Carries a port's requests to the kernel of one operating system and reports how each ended. A
 * {@link BackendFactory} makes one instance for each port; only the port's thread calls it, except
 * {@link #wakeup} and {@link #newTryCalls}.
 *
 * <p>The engine above keeps the part of the contract that is the same everywhere: identity, order
 * within a queue, exactly one terminal event, deadlines, the sequence of a close. A backend reports
 * facts to {@link Completions}: bytes, codes, accepted sockets.
 */
public interface Backend extends AutoCloseable {
    /** Returns the name: epoll, io_uring or iocp. */
    String name();

    /** Returns what this backend can do and another one cannot. Any thread may call. */
    Set<Capability> capabilities();

    /** Returns the calls that end at once, for the port's thread. */
    SocketCalls sockets();

    /** Makes try calls for a thread that does not own the port. Any thread may call. */
    TryCalls newTryCalls();

    // ---- requests ----------------------------------------------------------------------------

    /**
     * Starts an ACCEPT, CONNECT, RECEIVE, SEND, SEND_VECTORED, SEND_FILE, RECEIVE_FROM, SEND_TO,
     * POLL or DISCONNECT. The engine starts at most one request of each queue, and any number of polls. The
     * request may complete before this method returns.
     */
    void start(Request request);

    /**
     * Asks a started request to end soon. It ends through {@link Completions}: with the bytes that
     * moved, or as {@linkplain Completions#cancelled cancelled}. A second call changes nothing.
     */
    void cancel(Request request);

    /**
     * Announces that the socket or the port of a cancelled request closes: the request must end even
     * if the peer never acts, at the price of the connection if need be. May be called again.
     */
    default void abandon(Request request) {
        // A backend whose cancels always end the request has nothing to add.
    }

    /**
     * Closes what the backend keeps of a socket besides its descriptor, such as connections that
     * nobody accepted. The engine closes the descriptor next; no request of the socket is started.
     */
    default void beforeClose(Channel channel) {
        // A backend that keeps descriptors alone has nothing to close.
    }

    /** Makes a channel for a socket that something else than this library opened. */
    default Channel adopt(long handle) throws NativeFailure {
        return sockets().adopt(handle);
    }

    /**
     * Ends what the backend keeps of a socket whose descriptor stays open for another use. No request
     * of the socket is started. If it fails the socket stays as it was.
     */
    default void beforeDetach(Channel channel) throws NativeFailure {
        // A backend that keeps descriptors alone has nothing to end.
    }

    // ---- the loop ----------------------------------------------------------------------------

    /**
     * Fetches events of the kernel and waits for the first one. It may return at once if events of
     * an earlier fetch are left.
     *
     * @param timeoutNanos how long to wait: 0 not at all, negative without end
     * @return how many events {@link #step} can handle now, a wake-up among them
     * @throws WaitFailure if the kernel refused; the engine may call again
     */
    int fetch(long timeoutNanos);

    /**
     * Fetches without waiting, for an owner that spins. It may complete requests itself, which the
     * result does not count.
     */
    default int look() {
        return fetch(0);
    }

    /**
     * Handles one fetched event, which may complete any number of requests.
     *
     * @return false if no event is left
     */
    boolean step();

    /** Returns true if a request can continue without a new event of the kernel. */
    boolean hasReadyWork();

    /**
     * Returns true if a {@link #fetch} of some microseconds takes about that long. A virtual owner
     * then waits for a moment on its carrier. Kernels that round waits up to milliseconds return
     * false.
     */
    default boolean waitsBriefly() {
        return true;
    }

    /** Ends the owner's wait, now or at its next fetch. Any thread may call, also during close. */
    void wakeup();

    // ---- the end -----------------------------------------------------------------------------

    /** Frees what the backend holds. No request is started and no channel is open. */
    @Override
    void close();

    /**
     * Stops counting on the kernel, which failed for good ({@link WaitFailure}): the engine ends every
     * request itself. May be called again.
     */
    default void forgetKernel() {
        // A backend that gives the kernel no memory has nothing to forget.
    }

    /**
     * Closes the backend after {@link #forgetKernel}.
     *
     * @return false if the kernel may still use the memory of requests, which must never be freed then
     */
    default boolean closeFailed() {
        close();
        return true;
    }
}
