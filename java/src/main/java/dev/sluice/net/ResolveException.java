package dev.sluice.net;

import dev.sluice.Status;

/** A host name has no address, or it could not be asked for. */
public final class ResolveException extends NetException {
    private static final long serialVersionUID = 1L;

    ResolveException(String message) {
        super(message, Status.ADDRESS_UNAVAILABLE, 0);
    }
}
