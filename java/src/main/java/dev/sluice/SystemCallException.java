package dev.sluice;

import java.io.IOException;

/**
 * A call of the system that failed at once: open, bind, listen, an option, an address. What fails
 * later is the {@link Status} of an operation instead.
 */
public class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How it failed, in portable words. */
    private final Status status;

    /** The system's own code, 0 when no system call was made. */
    private final int nativeCode;

    /**
     * Describes one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause in portable words
     * @param nativeCode the system's code (errno, WSAGetLastError), 0 when there was none
     */
    public SystemCallException(String message, Status status, int nativeCode) {
        super(message);
        this.status = status;
        this.nativeCode = nativeCode;
    }

    /**
     * How it failed, in portable words.
     *
     * @return never {@link Status#OK}
     */
    public Status status() {
        return status;
    }

    /**
     * The system's own code: errno on Linux, WSAGetLastError on Windows.
     *
     * @return the code, 0 when no system call was made
     */
    public int nativeCode() {
        return nativeCode;
    }
}
