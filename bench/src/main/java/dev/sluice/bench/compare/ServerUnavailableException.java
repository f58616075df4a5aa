package dev.sluice.bench.compare;

/** A server cannot run here; the message says why in one line. */
public final class ServerUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    ServerUnavailableException(String reason) {
        super(reason);
    }
}
