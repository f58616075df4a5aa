package dev.sluice.internal.net.connection;

import dev.sluice.NativeSocket;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.ReadyWaiter;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;

/** How the bytes of a connection reach its reading thread. One thread at a time calls it. */
abstract class ReadSide extends ReadyWaiter {
    final ConnectionState state;

    /** True once a read returned the end of the stream: later reads do too, whatever a write meets. */
    private boolean endReported;

    /** Creates the state of the connection, of which this and the write side are the directions. */
    ReadSide(Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide,
            boolean ready) {
        super(ready);
        this.state = new ConnectionState(
                poller, socket, endpoints.local(), endpoints.remote(), this, writeSide);
    }

    /** Fails if the end of the stream is due to a loss of the connection. */
    final void reportEnd() throws NetException {
        if (!endReported) {
            state.requireCleanEnd();
            endReported = true;
        }
    }

    /** On the port's thread, once: begins to watch the socket or to receive. */
    abstract void open();

    /**
     * Waits for bytes.
     *
     * @return 1 or more, 0 for a length of 0, or -1 at the end
     */
    abstract int receive(byte[] into, int offset, int length) throws NetException;

    /** As {@link #receive(byte[], int, int)}. */
    abstract int receive(MemorySegment into) throws NetException;

    /** Copies bytes to another connection until the end; holds no buffer while it waits. */
    abstract long copyTo(Connection target) throws NetException;

    /**
     * Announces that this side is about to shut down reading: from now on the kernel may end a read
     * for that reason, before {@link #readShutdown} is called.
     */
    abstract void beginReadShutdown();

    /** Ends reads, also one that waits, once the bytes that had arrived are read. */
    abstract void readShutdown();

    /** On the port's thread: this side closes the connection; unread bytes are dropped. */
    abstract void discard();
}
