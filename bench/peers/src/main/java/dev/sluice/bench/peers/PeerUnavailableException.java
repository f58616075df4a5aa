package dev.sluice.bench.peers;

import java.io.IOException;

/** This machine lacks what a server needs; the message says what. */
public final class PeerUnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Takes the reason in one line. */
    public PeerUnavailableException(String reason) {
        super(reason);
    }
}
