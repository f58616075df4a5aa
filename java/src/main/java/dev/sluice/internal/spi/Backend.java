package dev.sluice.internal.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operating system's way to do a port's work. One instance serves one port and is called by the
 * port's thread alone, except {@link #wakeup}.
 *
 * <p>The engine above keeps the contract that does not depend on the system: identity, order within
 * a queue, one terminal event, deadlines, the sequence of a close. The backend brings a request to
 * the kernel and reports once what became of it.
 */
public interface Backend extends AutoCloseable {
    /** Would-block answer of the try calls. */
    long WOULD_BLOCK = -1;

    /**
     * Called once, before anything else, with the place to report to and what the port shares.
     *
     * @param channels the port's sockets, in which a kernel event finds its channel again
     * @param slots the port's requests in flight, in which one finds its request again
     * @param pool the buffers of pooled receives
     */
    void attach(Completions completions, ChannelTable channels, SlotTable slots, BufferPool pool);

    /** The owner, though a virtual thread, always runs on one thread of the system. Before any use. */
    default void ownerStaysOnOneThread() {
        // What does not care who calls has nothing to do.
    }

    /** Pages that the kernel may use, given back when the arena closes; untouched pages are free. */
    MemorySegment allocatePages(long bytes, Arena arena);

    // ---- requests ----------------------------------------------------------------------------

    /**
     * Begins a request (ACCEPT, CONNECT, RECEIVE, SEND, SEND_VECTORED, RECEIVE_FROM, SEND_TO, POLL,
     * DISCONNECT). At most one of each queue and any number of polls are with the backend. It may
     * report completion before it returns.
     */
    void start(Request request);

    /**
     * Asks that a started request end soon. The request reports by itself: bytes that moved win,
     * otherwise {@link Outcome#CANCELLED}. Asking twice changes nothing.
     */
    void cancel(Request request);

    /**
     * Says that the socket or the port of a started request closes, after {@link #cancel} was asked,
     * be it then or long before: the request must end although the peer does nothing for it, at the
     * price of the connection if need be. May be asked again.
     */
    default void abandon(Request request) {
        // Where cancel always leads to the end, there is nothing to do.
    }

    /**
     * Gives the descriptor back and completes the CLOSE. Called when no request of the channel is
     * started. If {@link Channel#isAborted} the peer must see a reset; a
     * positive linger time must not make this call wait.
     */
    void close(Channel channel, Request close);

    /**
     * Gives the descriptor back at once, without an event; no request of it is started. If {@link
     * Channel#isAborted} the peer must see a reset.
     */
    void discard(Channel channel);

    /** As {@link #discard}, for a socket that belongs to no port; any thread may call. */
    void closeDetached(Channel channel);

    // ---- waiting -----------------------------------------------------------------------------

    /**
     * Looks for kernel events, and waits for the first one. Events that were fetched before and not
     * yet handled stay, and then it need not look.
     *
     * @param timeoutNanos how long to wait: 0 not at all, negative for ever
     * @return how many events {@link #step} can handle now, a wake-up among them
     * @throws WaitFailure if the kernel refused; it may be asked again
     */
    int fetch(long timeoutNanos);

    /**
     * As {@link #fetch} without waiting, for an owner that looks again and again. It may report
     * completions itself, which it does not count.
     */
    default int look() {
        return fetch(0);
    }

    /** Handles one fetched event; false when none is left. May report any number of completions. */
    boolean step();

    /** True when requests could go on without a new kernel event, so that fetch must not wait. */
    boolean hasReadyWork();

    /**
     * Whether {@link #fetch} with a time-out of some microseconds takes about that long: a virtual owner
     * may wait so briefly on its carrier. Where waits are rounded up to milliseconds it may not.
     */
    default boolean waitsBriefly() {
        return true;
    }

    /** Ends the wait of the owner, now or at its next fetch. Any thread; safe during close. */
    void wakeup();

    // ---- calls that end at once ----------------------------------------------------------------

    Channel open(int family, boolean stream) throws NativeFailure;

    /** Takes over a descriptor that another port accepted for hand-over. */
    Channel openDetached(long handle, int family, boolean stream) throws NativeFailure;

    void bind(Channel channel, RawAddress address) throws NativeFailure;

    void listen(Channel channel, int backlog) throws NativeFailure;

    void localAddress(Channel channel, RawAddress into) throws NativeFailure;

    void peerAddress(Channel channel, RawAddress into) throws NativeFailure;

    void setOption(Channel channel, OptionId option, int value) throws NativeFailure;

    int getOption(Channel channel, OptionId option) throws NativeFailure;

    TcpSnapshot tcpInfo(Channel channel) throws NativeFailure;

    /** Bytes that were sent and not yet acknowledged by the peer, or -1 if unknown. */
    default long unacknowledged(Channel channel) {
        return -1;
    }

    /**
     * Shuts a direction down.
     *
     * @return the system's code, 0 when it succeeded
     */
    int shutdown(Channel channel, int direction);

    /** The outcome that a code of {@link #shutdown} means. */
    Outcome outcomeOf(RequestKind kind, int nativeCode);

    /** An accepted channel, not yet in the table, or null when none waits. */
    @Nullable
    Channel tryAccept(Channel channel) throws NativeFailure;

    /** Bytes received (0: end of stream), or {@link #WOULD_BLOCK}. */
    long tryReceive(Channel channel, long address, long length) throws NativeFailure;

    /** Bytes sent, or {@link #WOULD_BLOCK}. */
    long trySend(Channel channel, long address, long length) throws NativeFailure;

    /**
     * Receives a datagram.
     *
     * @param source set to its sender
     * @return its length, which is more than {@code length} (by how much, not every system tells) if
     *     it was cut; or {@link #WOULD_BLOCK}
     */
    long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure;

    /** Sends a datagram: its length, or {@link #WOULD_BLOCK}. */
    long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure;

    /** Calls for threads other than the port's, with memory of their own. Any thread may ask. */
    TryCalls newTryCalls();

    /** The system's name and text of a code, for messages. */
    String describe(int nativeCode);

    /** epoll, io_uring or iocp. */
    String name();

    /** What this backend can do and another cannot. Any thread may ask. */
    Set<Capability> capabilities();

    /** Frees what the backend holds. Called when no request is started and no channel is open. */
    @Override
    void close();

    /**
     * Gives up what the kernel holds: it cannot be asked any more ({@link WaitFailure}), and the engine
     * ends every request itself. May be called again.
     */
    default void forgetKernel() {
        // A backend that gives the kernel no memory has nothing to forget.
    }

    /**
     * As {@link #close}, after {@link #forgetKernel}.
     *
     * @return false if the kernel may still use memory of requests: it must never be freed
     */
    default boolean closeFailed() {
        close();
        return true;
    }
}
