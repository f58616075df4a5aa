package dev.sluice.net;

import dev.sluice.Status;

/**
 * TLS failed: the handshake did, the peer rejected it with an alert, or it sent something that is no valid
 * record. The cause is the {@link javax.net.ssl.SSLException} of the engine. The connection cannot be
 * used any more.
 */
public final class TlsException extends NetException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param cause what the engine threw
     */
    public TlsException(String message, Throwable cause) {
        super(message, Status.PROTOCOL, 0);
        initCause(cause);
    }
}
