package dev.sluice.internal.net;

import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;

/**
 * A connection that moves bytes between the kernel and memory of the net layer without a copy where the
 * backend can, and that needs no memory while a read waits.
 */
public interface DirectTransport {
    /** Lends the memory of a read once bytes have arrived. */
    interface Lender {
        /**
         * Returns memory with room for 1 or more bytes: in the heap, or native of the global arena.
         * Called on the reading thread or, while that one waits, on the port's.
         */
        MemorySegment lend();

        /** Takes back memory that no byte came into, since the read waits again; on the reading thread. */
        void takeBack();
    }

    /**
     * Reads as {@link dev.sluice.net.Connection#read(MemorySegment)}. Memory that was lent and not taken
     * back has the bytes, or none if the read failed or the stream has ended.
     */
    int read(Lender lender) throws NetException;

    /**
     * Writes as {@link dev.sluice.net.Connection#write(MemorySegment)}.
     *
     * @param from in the heap, or native of the global arena; its first bytes are written
     */
    void write(MemorySegment from, long length) throws NetException;
}
