package dev.sluice.bench.peers;

import java.net.InetSocketAddress;

/**
 * The settings of a proxy.
 *
 * @param backend where it connects to, once for each connection that it accepts
 * @param idleMillis how long a session lasts without traffic in either direction; 0 for ever, and
 *     then nothing looks at the time
 */
public record ProxySettings(InetSocketAddress backend, int idleMillis) {
    /** Checks the bound. */
    public ProxySettings {
        if (idleMillis < 0) {
            throw new IllegalArgumentException(
                    "--idle " + idleMillis + ": use 0 or more milliseconds");
        }
    }

    boolean isTimed() {
        return idleMillis > 0;
    }
}
