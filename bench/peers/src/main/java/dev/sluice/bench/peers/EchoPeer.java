package dev.sluice.bench.peers;

import java.net.InetSocketAddress;

/** A server that runs in this process on one thread of its own. */
public interface EchoPeer extends AutoCloseable {
    /** Where it listens, with the port the system chose where none was asked for. */
    InetSocketAddress address();

    /** The one thread that accepts, reads and writes. */
    Thread thread();

    /** Closes the listener and every connection, and waits for the thread to be done. */
    @Override
    void close();
}
