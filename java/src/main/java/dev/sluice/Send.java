package dev.sluice;

import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes on a stream, or one datagram on a connected datagram socket.
 *
 * <p>Ends when the system has taken all bytes; a send that it takes in parts is finished before the
 * event. Sends of one socket keep the order of their submission. If it fails, {@link #bytes()} is
 * the number of bytes taken before. A send that had moved bytes when it was cancelled, or when its
 * deadline passed, ends with OK and fewer bytes: see {@link #isComplete}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
 */
public final class Send extends Operation<Send> {
    /** The buffer that it sends, and which taking of it; null for other memory. */
    private @Nullable PooledBuffer pooled;

    private int taking;

    /**
     * A send that needs a {@link #buffer} before it can be submitted.
     *
     * @param socket where to send
     */
    public Send(NativeSocket socket) {
        super(RequestKind.SEND, socket);
    }

    /**
     * Sends on another socket from the next submission on. So the sends of a server may be kept for
     * all of its connections together: as many as are under way at once, and none for an idle one.
     *
     * @param socket of the same port
     * @return this operation
     * @throws IllegalStateException while it is pending
     * @throws IllegalArgumentException if the socket belongs to another port
     */
    public Send socket(NativeSocket socket) {
        return aim(socket);
    }

    /**
     * Sends this memory. It must not be changed before the terminal event.
     *
     * @param buffer of {@link CompletionPort#allocate}, a {@link PooledBuffer}, or the global arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     */
    public Send buffer(MemorySegment buffer) {
        requireIdle("change the buffer of");
        request.memory(Memory.readable(socket(), buffer, "send"), buffer.byteSize());
        pooled = null;
        return this;
    }

    /**
     * Sends a part of a pooled buffer without making a slice of it. Release the buffer after the
     * terminal event.
     *
     * @param buffer of this socket's port
     * @param offset first byte
     * @param length number of bytes
     * @return this operation
     * @throws IllegalStateException if the buffer was released; a submission after the release
     *     throws it too
     */
    public Send buffer(PooledBuffer buffer, int offset, int length) {
        requireIdle("change the buffer of");
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
        NativeSocket here = socket();
        if (here != null && !buffer.isOf(here.port())) {
            throw new IllegalArgumentException(
                    "cannot send " + buffer + ": it belongs to another port");
        }
        request.memory(buffer.address() + offset, length);
        pooled = buffer;
        taking = buffer.taking();
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
     * Whether it succeeded and the system took every byte. A send that is cancelled, or whose
     * deadline passes, after some bytes have moved ends with OK but is not complete.
     *
     * @return false before the first event
     */
    public boolean isComplete() {
        return isOk() && request.result == request.length();
    }

    @Override
    void check() {
        if (request.address() == 0) {
            throw new IllegalStateException("send without a buffer: call buffer() first");
        }
        PooledBuffer sent = pooled;
        if (sent != null) {
            sent.requireTaking(taking, "send");
        }
    }
}
