package dev.sluice;

import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Sends several pieces of memory as one run of bytes, in one call of the system. Ends as {@link
 * Send} does.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
 */
public final class SendVectored extends Operation<SendVectored> {
    private static final int MAX_PIECES = 64;

    private final BufferVector vector;

    /**
     * A send of up to so many pieces.
     *
     * @param socket where to send
     * @param maxPieces 1 to 64
     */
    public SendVectored(NativeSocket socket, int maxPieces) {
        super(RequestKind.SEND_VECTORED, socket);
        if (maxPieces < 1 || maxPieces > MAX_PIECES) {
            throw new IllegalArgumentException(
                    "maxPieces of " + maxPieces + ": use 1 to " + MAX_PIECES);
        }
        this.vector = new BufferVector(maxPieces);
        request.vector(vector);
    }

    /**
     * Forgets the pieces.
     *
     * @return this operation
     */
    public SendVectored clear() {
        requireIdle("change the pieces of");
        vector.count = 0;
        return this;
    }

    /**
     * Adds a piece behind the others. It must not be changed before the terminal event.
     *
     * @param piece of {@link CompletionPort#allocate}, a {@link PooledBuffer}, or the global arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     * @throws IllegalStateException if there are as many pieces as were asked for
     */
    public SendVectored add(MemorySegment piece) {
        requireIdle("change the pieces of");
        if (vector.count == vector.addresses.length) {
            throw new IllegalStateException(
                    "cannot add more than " + vector.count
                            + " pieces: make the operation for more");
        }
        vector.addresses[vector.count] = Memory.readable(socket(), piece, "send");
        vector.lengths[vector.count] = piece.byteSize();
        vector.count++;
        return this;
    }

    /**
     * How many bytes the system took.
     *
     * @return all of them if {@link #isComplete}
     */
    public long bytes() {
        return request.result;
    }

    /**
     * Whether it succeeded and the system took every byte, as {@link Send#isComplete}.
     *
     * @return false before the first event
     */
    public boolean isComplete() {
        return isOk() && request.result == request.length();
    }

    @Override
    void check() {
        if (vector.count == 0) {
            throw new IllegalStateException("send-vectored without a piece: call add() first");
        }
        request.memory(request.address(), vector.totalBytes());
    }
}
