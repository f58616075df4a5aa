package dev.sluice;

import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes on a stream, or one datagram on a connected datagram socket; several datagrams with {@link
 * #segmentBytes}.
 *
 * <p>Ends when the kernel has taken all bytes; a send that the kernel takes in parts gets one event
 * after the last part. Sends of one socket run in the order of their submission. If a send fails,
 * {@link #bytes()} is the number of bytes that the kernel took before. A send that had moved bytes
 * when it was cancelled, or when its deadline passed, ends with OK and fewer bytes: see {@link
 * #isComplete}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsasend">
 *     WSASend</a>
 */
public final class Send extends Operation<Send> {
    /** The buffer that it sends, and which taking of it; null for other memory. */
    private @Nullable PooledBuffer pooled;

    private int taking;

    /**
     * Makes a send that needs a {@link #buffer} before it can be submitted.
     *
     * @param socket where to send
     */
    public Send(NativeSocket socket) {
        super(RequestKind.SEND, socket);
    }

    /**
     * Sends on another socket from the next submission on. So a server may keep as many sends as are
     * in flight at once for all its connections together, and an idle connection has none.
     *
     * @param socket of the same port
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     * @throws IllegalArgumentException if the socket belongs to another port
     */
    public Send socket(NativeSocket socket) {
        return aim(socket);
    }

    /**
     * Sends this memory. It must not be changed before the terminal event.
     *
     * @param buffer of {@link CompletionPort#allocate}, of a {@link PooledBuffer}, or of the global
     *     arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     * @throws IllegalStateException if the memory was released, or the operation is pending
     */
    public Send buffer(MemorySegment buffer) {
        readFrom(buffer, "send");
        pooled = null;
        return this;
    }

    /**
     * Sends a part of a pooled buffer, without a slice of it. Release the buffer after the terminal
     * event.
     *
     * @param buffer of this socket's port
     * @param offset first byte
     * @param length number of bytes
     * @return this operation
     * @throws IllegalStateException if the buffer was released, or the operation is pending; {@link
     *     CompletionPort#submit} throws it too if the buffer was released meanwhile
     */
    public Send buffer(PooledBuffer buffer, int offset, int length) {
        requireIdle("change the buffer of");
        PoolBuffers.lend(this, buffer, offset, length);
        pooled = buffer;
        taking = buffer.taking();
        return this;
    }

    /**
     * Cuts the bytes into datagrams of this size, the last of which may be shorter, in one system call.
     * They go to one peer, and the event comes once the kernel has taken all of them. At most
     * 64 datagrams and 65,507 bytes go in one call; a size that does not fit the path's MTU with its headers
     * fails with MESSAGE_TOO_BIG, or with INVALID on older kernels. Ends with UNSUPPORTED where the system
     * has no segmentation: before Linux 4.18 and Windows 10 version 2004.
     *
     * @param segmentBytes 1 to 65,535; 0 for one datagram
     * @return this operation
     * @throws IllegalArgumentException if the size is out of bounds, or the socket is not of UDP
     * @throws IllegalStateException if the operation is pending; {@link CompletionPort#submit} throws
     *     it too if the bytes are more than 64 datagrams
     * @see <a href="https://man7.org/linux/man-pages/man7/udp.7.html">udp(7), UDP_SEGMENT</a>
     * @see <a
     *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-udp-socket-options">
     *     UDP_SEND_MSG_SIZE</a>
     */
    public Send segmentBytes(int segmentBytes) {
        Segments.set(this, segmentBytes);
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
     * Returns true if the send succeeded and the kernel took every byte. A send that is cancelled, or
     * whose deadline passes, after some bytes have moved ends with OK but is not complete.
     *
     * @return false before the first event
     */
    public boolean isComplete() {
        return isOk() && request.result == request.length();
    }

    @Override
    void check() {
        if (request.address() == 0) {
            throw Errors.ofMissing(this, "buffer", "buffer()");
        }
        PooledBuffer sent = pooled;
        if (sent != null) {
            sent.requireTaking(taking, "send");
        }
        requireSocket().type().requireBytes(request.length());
        Segments.check(this);
        super.check();
    }
}
