package dev.sluice.net;

import dev.sluice.Status;

/** A deadline of this side passed, or the connection was idle for too long. Nothing of the stream is lost. */
public final class DeadlineException extends NetException {
    private static final long serialVersionUID = 1L;

    DeadlineException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
