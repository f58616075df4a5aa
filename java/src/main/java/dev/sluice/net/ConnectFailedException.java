package dev.sluice.net;

import dev.sluice.Status;

/** No connection came about: refused, unreachable, timed out by the network, and the like. */
public final class ConnectFailedException extends NetException {
    private static final long serialVersionUID = 1L;

    ConnectFailedException(String message, Status status, int nativeCode) {
        super(message, status, nativeCode);
    }
}
