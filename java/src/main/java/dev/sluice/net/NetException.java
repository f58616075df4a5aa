package dev.sluice.net;

import dev.sluice.Status;
import java.io.IOException;

/**
 * A failed call on a connection, listener, dialer or datagram socket. The message has the operation,
 * the addresses and the cause: {@code connect tcp 127.0.0.1:1: connection refused}.
 *
 * <p>Subclasses stand for the failures that programs handle: {@link DeadlineException}, {@link
 * ClosedException}, {@link CancelledException}, {@link ConnectionLostException}, {@link
 * ConnectFailedException} and {@link ResolveException}. Other implementations of {@link Connection}
 * may throw subclasses of their own.
 */
public class NetException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The cause, independent of the operating system. */
    private final Status status;

    /** The kernel's code, 0 if there is none. */
    private final int nativeCode;

    /**
     * Describes one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause, independent of the operating system
     * @param nativeCode the kernel's code (errno, WSAGetLastError), 0 if there is none
     */
    public NetException(String message, Status status, int nativeCode) {
        super(message);
        this.status = status;
        this.nativeCode = nativeCode;
    }

    /**
     * Returns the cause, independent of the operating system.
     *
     * @return never {@link Status#OK}
     */
    public final Status status() {
        return status;
    }

    /**
     * Returns the kernel's code: errno on Linux, NTSTATUS or a WSA code on Windows.
     *
     * @return the code, 0 if there is none
     */
    public final int nativeCode() {
        return nativeCode;
    }

    /**
     * Returns whether a wait failed: at a deadline of this side, or by a time-out of the network.
     *
     * @return true for DEADLINE and TIMED_OUT
     */
    public final boolean isTimeout() {
        return status.isTimeout();
    }

    /**
     * Returns whether the same call may succeed later without a change.
     *
     * @return true if a limit or a time caused the failure
     */
    public final boolean isTemporary() {
        return status.isTemporary();
    }
}
