package dev.sluice.net;

import dev.sluice.Status;

/**
 * This side closed the connection, listener or group, before or during the call. The cause is set if a
 * failure closed it, such as a {@link dev.sluice.PortFailedException}.
 */
public final class ClosedException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes a call on a closed object.
     *
     * @param message the operation, its addresses, and the cause
     */
    public ClosedException(String message) {
        super(message, Status.CLOSED_LOCALLY, 0);
    }
}
