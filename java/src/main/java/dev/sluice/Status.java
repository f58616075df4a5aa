package dev.sluice;

import dev.sluice.internal.spi.Outcome;

/**
 * How an operation ended, in words that mean the same on every system. The number that the system
 * gave is kept beside it, see {@link Operation#nativeCode()}.
 *
 * <p>The same code of a system can mean different things: an operation that ended because we
 * cancelled it is {@link #CANCELLED}, not whatever the kernel called it. A reset is never reported as
 * {@link #EOF}.
 */
public enum Status {
    /** It succeeded; so did a transfer that had moved bytes when a cancel or its deadline came. */
    OK,
    /** The peer ended its sending side: all that it sent was received before. */
    EOF,
    /** {@link CompletionPort#cancel} or {@link CompletionPort#cancelAll} ended it. */
    CANCELLED,
    /** A {@link Close} of its socket, or of its port, ended it. */
    CLOSED_LOCALLY,
    /** Its own deadline ended it, see {@link Operation#timeout}. */
    DEADLINE,
    /** The network gave up on the peer: connect, keep-alive or user timeout (ETIMEDOUT). */
    TIMED_OUT,
    /** The peer reset the connection (ECONNRESET); bytes in flight may be lost. */
    RESET,
    /** The connection was aborted on this side, by the system (ECONNABORTED). */
    ABORTED,
    /** Sending is over: the socket was shut down, or the peer is gone (EPIPE). */
    BROKEN_PIPE,
    /** Nobody listens at the address (ECONNREFUSED). */
    REFUSED,
    /** No route to the network or host (ENETUNREACH, EHOSTUNREACH). */
    UNREACHABLE,
    /** The local address is taken (EADDRINUSE). */
    ADDRESS_IN_USE,
    /** The address is not one of this machine, or no port was free (EADDRNOTAVAIL). */
    ADDRESS_UNAVAILABLE,
    /** The socket is not connected (ENOTCONN). */
    NOT_CONNECTED,
    /** The datagram is longer than the system takes (EMSGSIZE). */
    MESSAGE_TOO_BIG,
    /** The process, the system or the port has no descriptor left (EMFILE, ENFILE). */
    OUT_OF_DESCRIPTORS,
    /** The system has no memory for it (ENOMEM, ENOBUFS). */
    OUT_OF_MEMORY,
    /** The port's pool has no free buffer; see {@link Receive#waitForBuffer}. */
    NO_BUFFERS,
    /** This system or backend does not have it. */
    UNSUPPORTED,
    /** The process may not do it (EACCES, EPERM). */
    PERMISSION,
    /** The system found an argument wrong (EINVAL and its like). */
    INVALID,
    /** The system gave a code that Sluice does not know; see {@link Operation#nativeCode()}. */
    UNKNOWN;

    private static final Status[] BY_OUTCOME = values();

    @SuppressWarnings("EnumOrdinal") // Same names, same order: a test holds the two together.
    static Status of(Outcome outcome) {
        return BY_OUTCOME[outcome.ordinal()];
    }

    /**
     * True when waiting is what failed: a retry with more time may succeed.
     *
     * @return true for DEADLINE and TIMED_OUT
     */
    public boolean isTimeout() {
        return this == DEADLINE || this == TIMED_OUT;
    }

    /**
     * True when the same request may succeed later although nothing is changed.
     *
     * @return true where a limit or a time was in the way
     */
    public boolean isTemporary() {
        return switch (this) {
            case NO_BUFFERS, OUT_OF_MEMORY, OUT_OF_DESCRIPTORS, DEADLINE -> true;
            default -> false;
        };
    }
}
