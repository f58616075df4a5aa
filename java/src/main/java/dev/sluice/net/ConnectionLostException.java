package dev.sluice.net;

import dev.sluice.Status;

/** The connection is gone: the peer reset it, or bytes were sent after its end. It is never reported as an end of the stream. */
public final class ConnectionLostException extends NetException {
    private static final long serialVersionUID = 1L;

    ConnectionLostException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
