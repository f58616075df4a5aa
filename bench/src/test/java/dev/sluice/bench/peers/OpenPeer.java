package dev.sluice.bench.peers;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;

/** Opens a compared server for a test, or skips the test where that server cannot run. */
public final class OpenPeer {
    /** Opens a server. */
    @FunctionalInterface
    public interface Opener {
        EchoPeer open() throws IOException;
    }

    private OpenPeer() {}

    public static EchoPeer orSkip(String name, Opener opener) throws IOException {
        try {
            return opener.open();
        } catch (PeerUnavailableException e) {
            return abort(name + " cannot run here: " + e.getMessage());
        }
    }
}
