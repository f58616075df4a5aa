package dev.sluice.net;

import dev.sluice.Poll;
import java.lang.foreign.MemorySegment;

/** The direction in which bytes come, and how they reach the thread that reads: one at a time. */
abstract sealed class ReadSide extends ReadyWaiter permits DirectReadSide, UnreadBytes {
    final ConnectionState wire;

    /** True once a read reported the end of the stream: it stays one, whatever a write meets. */
    private boolean endTold;

    ReadSide(ConnectionState wire, boolean ready) {
        super(ready);
        this.wire = wire;
    }

    /** The stream has ended; throws if that is how a lost connection looks to a read. */
    final void tellEnd() throws NetException {
        if (!endTold) {
            wire.requireCleanEnd();
            endTold = true;
        }
    }

    /** On the port's thread, once: begins to watch or to receive. */
    abstract void open();

    /** Whether each change of readiness, in both directions, is told without being asked for. */
    abstract boolean tellsEdges();

    /** On the port's thread: asks once for readiness of a direction, where edges are not told. */
    abstract Poll question(ReadyWaiter side);

    /**
     * Waits for bytes.
     *
     * @return 1 or more, 0 for a length of 0, or -1 at the end
     */
    abstract int receive(byte[] into, int offset, int length) throws NetException;

    /** The same into any memory. */
    abstract int receive(MemorySegment into) throws NetException;

    /** Sends on what comes, until its end, without a buffer while nothing is there. */
    abstract long copyTo(Connection target) throws NetException;

    /**
     * Reading is about to be ended on this side: what the system says to a read from now on is the
     * end, also to one that it wakes before {@link #readClosed} is called.
     */
    abstract void readCloses();

    /** On the port's thread: this side closes the connection, and what has come is not read. */
    void discard() {}

    /** Reads end from now on, one that waits too, once what had come is read. */
    abstract void readClosed();
}
