package dev.sluice.bench.peers;

import java.net.InetSocketAddress;

/**
 * A server that listens.
 *
 * @param stop closes the listener and every connection, and waits until the thread has ended
 */
record RunningPeer(InetSocketAddress address, Thread thread, Runnable stop) implements EchoPeer {
    @Override
    public void close() {
        stop.run();
    }
}
