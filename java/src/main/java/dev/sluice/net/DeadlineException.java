package dev.sluice.net;

import dev.sluice.Status;

/**
 * A deadline of this side passed, or the connection was idle for too long. No byte of the stream is
 * lost.
 */
public final class DeadlineException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes a call that its deadline ended.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause, independent of the operating system
     * @param nativeCode the kernel's code, 0 if there is none
     */
    public DeadlineException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
