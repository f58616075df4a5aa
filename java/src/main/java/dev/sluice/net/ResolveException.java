package dev.sluice.net;

import dev.sluice.Status;

/** A host name has no address, or its look-up failed. */
public final class ResolveException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes a failed look-up.
     *
     * @param message the operation, its addresses, and the cause
     */
    public ResolveException(String message) {
        super(message, Status.ADDRESS_UNAVAILABLE, 0);
    }
}
