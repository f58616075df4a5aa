package dev.sluice.net;

import dev.sluice.Status;

/**
 * The connection, listener or group was closed on this side, before or during the call. The cause
 * is set if a failure closed it, such as a {@link dev.sluice.PortFailedException}.
 */
public final class ClosedException extends NetException {
    private static final long serialVersionUID = 1L;

    ClosedException(String message) {
        super(message, Status.CLOSED_LOCALLY, 0);
    }
}
