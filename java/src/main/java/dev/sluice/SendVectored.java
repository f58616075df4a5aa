package dev.sluice;

import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends several pieces of memory as one run of bytes, with one system call. Ends as {@link Send}
 * does.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsasend">
 *     WSASend</a>
 */
public final class SendVectored extends Operation<SendVectored> {
    /** IOV_MAX of Linux, the most that one system call takes; Windows names no limit. */
    private static final int MAX_PIECES = 1024;

    private final BufferVector vector;

    /** The memory of each piece, null for pooled and global memory. */
    private final @Nullable PortMemory[] memories;

    /**
     * Makes a send of up to so many pieces.
     *
     * @param socket where to send
     * @param maxPieces 1 to 1,024 (IOV_MAX of writev(2))
     * @throws IllegalArgumentException if it is another number
     */
    public SendVectored(NativeSocket socket, int maxPieces) {
        super(RequestKind.SEND_VECTORED, socket);
        if (maxPieces < 1 || maxPieces > MAX_PIECES) {
            throw new IllegalArgumentException(
                    "maxPieces of " + maxPieces + ": use 1 to " + MAX_PIECES
                            + " (IOV_MAX), and several sends for more pieces");
        }
        this.vector = new BufferVector(maxPieces);
        this.memories = new PortMemory[maxPieces];
        request.vector(vector);
    }

    /**
     * Removes the pieces.
     *
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public SendVectored clear() {
        requireIdle("change the pieces of");
        vector.count = 0;
        return this;
    }

    /**
     * Adds a piece behind the others. It must not be changed before the terminal event.
     *
     * @param piece of {@link CompletionPort#allocate}, of a {@link PooledBuffer}, or of the global
     *     arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     * @throws IllegalStateException if there are {@code maxPieces} pieces, the memory was released,
     *     or the operation is pending
     */
    public SendVectored add(MemorySegment piece) {
        requireIdle("change the pieces of");
        int at = vector.count;
        if (at == vector.addresses.length) {
            throw new IllegalStateException("cannot add a piece to " + this + ": it has " + at
                    + "; make the operation with a greater maxPieces");
        }
        memories[at] = Memory.checkReadable(requireSocket(), piece, "send");
        vector.addresses[at] = piece.address();
        vector.lengths[at] = piece.byteSize();
        vector.count++;
        return this;
    }

    /**
     * Returns the number of bytes that the kernel took.
     *
     * @return all of them if {@link #isComplete}
     */
    public long bytes() {
        return request.result;
    }

    /**
     * Returns true if the send succeeded and the kernel took every byte, as {@link Send#isComplete}.
     *
     * @return false before the first event
     */
    public boolean isComplete() {
        return isOk() && request.result == request.length();
    }

    @Override
    void check() {
        if (vector.count == 0) {
            throw Errors.ofMissing(this, "piece", "add()");
        }
        for (int i = 0; i < vector.count; i++) {
            PortMemory memory = memories[i];
            if (memory != null && memory.isReleased()) {
                throw Errors.ofReleasedMemory(this, memory);
            }
        }
        requireSocket().type().requireBytes(vector.totalBytes());
        request.memory(request.address(), vector.totalBytes());
    }

    @Override
    void holdMemory() {
        for (int i = 0; i < vector.count; i++) {
            PortMemory memory = memories[i];
            if (memory != null) {
                memory.hold();
            }
        }
    }

    @Override
    void dropMemory() {
        for (int i = 0; i < vector.count; i++) {
            PortMemory memory = memories[i];
            if (memory != null) {
                memory.drop();
            }
        }
    }
}
