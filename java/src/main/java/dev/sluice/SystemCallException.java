package dev.sluice;

import java.io.IOException;

/**
 * A system call failed at once: open, bind, listen, an option, an address, or a {@code try} call. A
 * failure that comes later is the {@link Status} of an operation instead.
 */
public class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The cause, never OK. */
    private final Status status;

    /** The kernel's code, 0 if no system call was made. */
    private final int nativeCode;

    /**
     * Makes an exception for one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause
     * @param nativeCode the kernel's code (errno, WSAGetLastError), 0 if no system call was made
     */
    public SystemCallException(String message, Status status, int nativeCode) {
        super(message);
        this.status = status;
        this.nativeCode = nativeCode;
    }

    /**
     * Returns the cause.
     *
     * @return never {@link Status#OK}
     */
    public Status status() {
        return status;
    }

    /**
     * Returns the kernel's code: errno on Linux, WSAGetLastError on Windows.
     *
     * @return the code, 0 if no system call was made
     */
    public int nativeCode() {
        return nativeCode;
    }
}
