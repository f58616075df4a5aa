package dev.sluice;

import dev.sluice.internal.spi.Outcome;

/**
 * How an operation ended, with one meaning on every operating system. {@link Operation#nativeCode()} is
 * the kernel's own code.
 *
 * <p>The status takes into account what this side did: an operation that ended because of a cancel is
 * {@link #CANCELLED}, whatever code the kernel returned. A reset is never reported as {@link #EOF}.
 */
public enum Status {
    /** It succeeded, or it had moved bytes when a cancel or its deadline ended it. */
    OK,
    /** The peer has ended its sending side, and all its bytes were received before. */
    EOF,
    /** {@link CompletionPort#cancel} or {@link CompletionPort#cancelAll} ended it. */
    CANCELLED,
    /** A {@link Close} of its socket, or of its port, ended it. */
    CLOSED_LOCALLY,
    /** Its deadline ended it, see {@link Operation#timeout}. */
    DEADLINE,
    /** The peer did not answer: connect, keep-alive or user timeout (ETIMEDOUT). */
    TIMED_OUT,
    /** The peer reset the connection (ECONNRESET). Bytes in flight may be lost. */
    RESET,
    /** The kernel of this side aborted the connection (ECONNABORTED). */
    ABORTED,
    /** Nothing can be sent any more: the socket was shut down, or the peer is gone (EPIPE). */
    BROKEN_PIPE,
    /** No socket listens at the address (ECONNREFUSED). */
    REFUSED,
    /** No route to the network or host (ENETUNREACH, EHOSTUNREACH). */
    UNREACHABLE,
    /** The local address is in use (EADDRINUSE). */
    ADDRESS_IN_USE,
    /** The address is not one of this machine, or no port was free (EADDRNOTAVAIL). */
    ADDRESS_UNAVAILABLE,
    /** The socket is not connected (ENOTCONN). */
    NOT_CONNECTED,
    /** The datagram is longer than the kernel accepts (EMSGSIZE). */
    MESSAGE_TOO_BIG,
    /** The file ended before as many bytes were sent as a {@link SendFile} was to send. */
    FILE_TOO_SHORT,
    /** The process or the machine has no descriptor left (EMFILE, ENFILE), or the port no socket. */
    OUT_OF_DESCRIPTORS,
    /** The kernel has no memory for it (ENOMEM, ENOBUFS). */
    OUT_OF_MEMORY,
    /** The port's pool has no free buffer; see {@link Receive#waitForBuffer}. */
    NO_BUFFERS,
    /** This operating system or backend does not have it. */
    UNSUPPORTED,
    /** The process lacks the permission (EACCES, EPERM). */
    PERMISSION,
    /** The kernel rejected an argument (EINVAL and the like). */
    INVALID,
    /** What the peer sent breaks the protocol, or the peer says so of this side (TLS). */
    PROTOCOL,
    /** The kernel returned a code that Sluice does not know, see {@link Operation#nativeCode()}. */
    UNKNOWN;

    private static final Status[] BY_OUTCOME = values();

    @SuppressWarnings("EnumOrdinal") // Same names, same order: a test holds the two together.
    static Status of(Outcome outcome) {
        return BY_OUTCOME[outcome.ordinal()];
    }

    /**
     * Returns true if the time was too short: a retry with more time may succeed.
     *
     * @return true for DEADLINE and TIMED_OUT
     */
    public boolean isTimeout() {
        return this == DEADLINE || this == TIMED_OUT;
    }

    /**
     * Returns true if the same request may succeed later.
     *
     * @return true for NO_BUFFERS, OUT_OF_MEMORY, OUT_OF_DESCRIPTORS and DEADLINE
     */
    public boolean isTemporary() {
        return switch (this) {
            case NO_BUFFERS, OUT_OF_MEMORY, OUT_OF_DESCRIPTORS, DEADLINE -> true;
            default -> false;
        };
    }
}
