package dev.sluice.net;

import dev.sluice.Status;

/** The calling thread was interrupted. Its interrupt status stays set. */
public final class CancelledException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes an interrupted call.
     *
     * @param message the operation, its addresses, and the cause
     */
    public CancelledException(String message) {
        super(message, Status.CANCELLED, 0);
    }
}
