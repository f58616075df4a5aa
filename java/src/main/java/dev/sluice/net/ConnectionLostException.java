package dev.sluice.net;

import dev.sluice.Status;

/**
 * The connection was lost: the peer reset it, or bytes were sent after its end. A loss is never
 * reported as an end of the stream.
 */
public final class ConnectionLostException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes a lost connection.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause, independent of the operating system
     * @param nativeCode the kernel's code, 0 if there is none
     */
    public ConnectionLostException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
