package dev.sluice.bench.peers;

import java.net.InetSocketAddress;

/** A server that runs in this process on one thread of its own. */
public interface EchoPeer extends AutoCloseable {
    /** The address on which it listens, with the port that the kernel chose if none was given. */
    InetSocketAddress address();

    /** The one thread that accepts, reads and writes. */
    Thread thread();

    /** Closes the listener and every connection, and waits until the thread has ended. */
    @Override
    void close();
}
