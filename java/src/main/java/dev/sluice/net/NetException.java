package dev.sluice.net;

import dev.sluice.LimitExceededException;
import dev.sluice.PortFailedException;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.io.IOException;

/**
 * What went wrong with a connection, a listener or a dial. The message names the operation, the
 * addresses and the cause: {@code connect tcp 127.0.0.1:1: connection refused}.
 *
 * <p>Subclasses tell the cases apart that programs handle: {@link DeadlineException}, {@link
 * ClosedException}, {@link CancelledException}, {@link ConnectionLostException}, {@link
 * ConnectFailedException} and {@link ResolveException}.
 */
public class NetException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The cause in portable words. */
    private final Status status;

    /** The system's own code, 0 when there was none. */
    private final int nativeCode;

    /**
     * Describes one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause in portable words
     * @param nativeCode the system's code (errno, WSAGetLastError), 0 when there was none
     */
    public NetException(String message, Status status, int nativeCode) {
        super(message);
        this.status = status;
        this.nativeCode = nativeCode;
    }

    /** What a call of the core refused, in the words of this package. */
    static NetException of(String what, SystemCallException failure) {
        NetException told = of(what, failure.status(), failure.nativeCode());
        // It names the call or option, and its value.
        told.initCause(failure);
        return told;
    }

    /** A limit of the port, whose name the message has. */
    static NetException of(String what, LimitExceededException refused) {
        NetException told =
                new NetException(what + ": " + refused.getMessage(), Status.OUT_OF_MEMORY, 0);
        told.initCause(refused);
        return told;
    }

    /** The port that a call needs has failed. */
    static NetException of(String what, PortFailedException failure) {
        NetException told = new ClosedException(what + ": " + failure.getMessage());
        told.initCause(failure);
        return told;
    }

    /** The exception for a status; the message is {@code what: cause}. */
    static NetException of(String what, Status status, int nativeCode) {
        String message = what + ": " + Causes.text(status);
        return switch (status) {
            case DEADLINE -> new DeadlineException(message, status, nativeCode);
            case CANCELLED -> new CancelledException(message);
            case CLOSED_LOCALLY -> new ClosedException(message);
            case RESET, ABORTED, BROKEN_PIPE ->
                new ConnectionLostException(message, status, nativeCode);
            default -> new NetException(message, status, nativeCode);
        };
    }

    /**
     * The cause in portable words.
     *
     * @return never {@link Status#OK}
     */
    public final Status status() {
        return status;
    }

    /**
     * The system's own code: errno on Linux, NTSTATUS or WSA code on Windows.
     *
     * @return the code, 0 when there was none
     */
    public final int nativeCode() {
        return nativeCode;
    }

    /**
     * Whether waiting is what failed: a deadline of this side, or the network gave up on the peer.
     *
     * @return true for DEADLINE and TIMED_OUT
     */
    public final boolean isTimeout() {
        return status.isTimeout();
    }

    /**
     * Whether the same call may succeed later although nothing is changed.
     *
     * @return true where a limit or a time was in the way
     */
    public final boolean isTemporary() {
        return status.isTemporary();
    }
}
