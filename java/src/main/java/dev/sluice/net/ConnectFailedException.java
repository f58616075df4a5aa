package dev.sluice.net;

import dev.sluice.Status;

/** A connect failed: refused, unreachable, timed out by the network, and the like. */
public final class ConnectFailedException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes a failed connect.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause, independent of the operating system
     * @param nativeCode the kernel's code, 0 if there is none
     */
    public ConnectFailedException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
