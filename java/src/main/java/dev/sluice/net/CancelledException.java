package dev.sluice.net;

import dev.sluice.Status;

/** The calling thread was interrupted. Its interrupt status stays set. */
public final class CancelledException extends NetException {
    private static final long serialVersionUID = 1L;

    CancelledException(String message) {
        super(message, Status.CANCELLED, 0);
    }
}
