package dev.sluice.internal.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The system calls on sockets that end at once. The instance of a port belongs to the port's thread;
 * it holds the memory for addresses, options and error codes.
 */
public interface SocketCalls extends TryCalls, OptionCalls {
    // ---- opening and closing -------------------------------------------------------------------

    /** Opens a socket. */
    Channel open(int family, boolean stream) throws NativeFailure;

    /** Opens a Unix socket that carries records: SOCK_SEQPACKET. */
    Channel openRecords() throws NativeFailure;

    /** Makes a channel for the descriptor of another one, with what the backend knows of its socket. */
    Channel openDetached(Channel detached) throws NativeFailure;

    /**
     * Makes a channel for a socket that something else than this library opened, and makes it
     * non-blocking. If that fails the descriptor stays as it was, and the caller's.
     */
    Channel adopt(long handle) throws NativeFailure;

    /** Makes the close that follows a reset: linger with zero seconds. */
    void makeAbortive(Channel channel);

    /**
     * Closes the descriptor.
     *
     * @return the code of the failure, or 0
     */
    int close(Channel channel);

    /**
     * Closes a descriptor and blocks for its linger time. Any thread may call.
     *
     * @return the code of the failure, or 0
     */
    int closeBlocking(long handle);

    // ---- addresses and state -------------------------------------------------------------------

    void bind(Channel channel, RawAddress address) throws NativeFailure;

    void listen(Channel channel, int backlog) throws NativeFailure;

    void localAddress(Channel channel, RawAddress into) throws NativeFailure;

    void peerAddress(Channel channel, RawAddress into) throws NativeFailure;

    TcpSnapshot tcpInfo(Channel channel) throws NativeFailure;

    /** Returns how many sent bytes the peer has not acknowledged, or -1 if that is unknown. */
    long unacknowledged(Channel channel);

    // ---- connections ---------------------------------------------------------------------------

    /**
     * Accepts a waiting connection.
     *
     * @return a channel that is not in the port's table yet, or null if no connection waits
     */
    @Nullable
    Channel tryAccept(Channel listener) throws NativeFailure;

    /**
     * Shuts a direction down.
     *
     * @return the code of the failure, or 0
     */
    int shutdown(Channel channel, int direction);

    // ---- descriptors of other processes -----------------------------------------------------------

    /** Sends bytes with descriptors over a Unix socket; returns their number or WOULD_BLOCK. */
    long trySendRights(Channel channel, MemorySegment bytes, long[] descriptors)
            throws NativeFailure;

    /** Receives bytes with at most so many descriptors over a Unix socket; null would block. */
    @Nullable
    ReceivedRights tryReceiveRights(Channel channel, MemorySegment into, int most)
            throws NativeFailure;

    // ---- codes ---------------------------------------------------------------------------------

    /** Returns the outcome that a code of {@link #shutdown} or {@link #close} means. */
    Outcome outcomeOf(RequestKind kind, int nativeCode);

    /** Returns the kernel's name and text of a code, for messages. */
    String describe(int nativeCode);
}
