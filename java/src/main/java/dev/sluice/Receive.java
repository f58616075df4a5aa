package dev.sluice;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Receives bytes of a stream, or one datagram of a connected datagram socket.
 *
 * <p>The bytes go into {@linkplain #buffer memory of the program}, or {@linkplain #pooled into a
 * buffer of the port's pool}. A pooled receive takes its buffer only when bytes are there, so an idle
 * connection holds none. If the pool is empty then, the receive ends with NO_BUFFERS, or waits for a
 * buffer ({@link #waitForBuffer}). Receives of one socket run in the order of their submission.
 *
 * <p>Ends with OK and 1 or more {@link #bytes()}. Ends with EOF when the peer has ended its side, and
 * so does every later receive, whatever a send reports later. Ends with RESET, TIMED_OUT and the like
 * when the connection is lost, after the bytes that had come before and that the kernel kept.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsarecv">
 *     WSARecv</a>
 */
public final class Receive extends Operation<Receive> {
    /**
     * Makes a receive into pooled buffers, until {@link #buffer} changes that.
     *
     * @param socket where to receive
     */
    public Receive(NativeSocket socket) {
        super(RequestKind.RECEIVE, socket);
        request.pooled = true;
    }

    /**
     * Receives on another socket from the next submission on, as {@link Send#socket(NativeSocket)}.
     *
     * @param socket of the same port
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     * @throws IllegalArgumentException if the socket belongs to another port
     */
    public Receive socket(NativeSocket socket) {
        return aim(socket);
    }

    /**
     * Receives into this memory. The kernel owns it until the terminal event.
     *
     * @param buffer of {@link CompletionPort#allocate}, of a {@link PooledBuffer}, or of the global
     *     arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory, or it has 0 bytes
     * @throws IllegalStateException if the memory was released, or the operation is pending
     */
    public Receive buffer(MemorySegment buffer) {
        writeInto(buffer, "receive");
        request.pooled = false;
        return this;
    }

    /**
     * Receives into a buffer of the port's pool, taken when bytes are there. The handler gets it by
     * {@link #takeBuffer}.
     *
     * @return this operation
     */
    public Receive pooled() {
        requireIdle("change the buffer of");
        request.pooled = true;
        request.memoryHolder(null);
        return this;
    }

    /**
     * Waits for a buffer of the pool when bytes are there and all buffers are taken, and so never
     * ends with NO_BUFFERS. Waiting receives get buffers first come, first served. Timeout, cancel
     * and close end the wait. Meanwhile the bytes and the end of the stream stay in the kernel.
     *
     * <p>The wait ends only if buffers are released. Peers that do not read keep the buffers of sends
     * to them: give each such send a {@linkplain Operation#timeout timeout}.
     *
     * @return this operation
     */
    public Receive waitForBuffer() {
        requireIdle("change");
        request.argument = Request.WAIT_FOR_BUFFER;
        return this;
    }

    /**
     * Continues to receive after each event, into pooled buffers, until end of stream, a failure, a
     * cancel, or NO_BUFFERS (see {@link #waitForBuffer}).
     *
     * @return this operation
     */
    public Receive multishot() {
        requireIdle("change");
        request.multishot = true;
        return this;
    }

    /**
     * Receives once per submission, as a new operation does.
     *
     * @return this operation
     */
    public Receive oneShot() {
        requireIdle("change");
        request.multishot = false;
        return this;
    }

    /**
     * Returns the number of bytes of the latest event.
     *
     * @return 0 unless the status is OK; 0 with OK is an empty datagram
     */
    public int bytes() {
        return (int) request.result;
    }

    /**
     * Returns the size of the datagrams that the latest event brought at once. The last of them may be
     * shorter, all others have this size. Several come only if {@link SockOpt#UDP_GRO} is set.
     *
     * @return the same as {@link #bytes} if it is one datagram, or bytes of a stream
     */
    public int segmentBytes() {
        return request.receivedSegmentBytes();
    }

    /**
     * Returns true if the datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false on streams
     */
    public boolean isTruncated() {
        return request.truncated;
    }

    /**
     * Takes the pooled buffer of the latest event. The program must {@linkplain PooledBuffer#release
     * release} it later; a buffer that is sent on, after the terminal event of that send. A buffer
     * that the handler does not take returns to the pool by itself.
     *
     * @return the buffer, its bytes at its beginning; for an empty datagram it may have a capacity of
     *     0, if io_uring had received the datagram before it found the pool empty
     * @throws IllegalStateException if the event has no buffer, or it was taken
     */
    public PooledBuffer takeBuffer() {
        // First the object: if there is no memory for it, the buffer still returns by itself.
        PooledBuffer taken =
                PooledBuffer.of(PoolBuffers.require(this, "take"), requireSocket().port());
        request.clearPayload();
        return taken;
    }

    /**
     * Returns the bytes of the latest event where they are, in the pooled buffer. They are valid until
     * the handler returns or, if it takes the buffer, until that is released. Each call makes a
     * segment.
     *
     * @return as long as {@link #bytes}
     * @throws IllegalStateException if the event has no pooled buffer, or it was taken
     */
    public MemorySegment data() {
        return PoolBuffers.require(this, "look at").segment().asSlice(0, bytes());
    }

    @Override
    void check() {
        PoolBuffers.checkMultishot(this);
        super.check();
    }

    @Override
    void prepare() {
        super.prepare();
        discardPayload();
    }

    @Override
    void discardPayload() {
        PoolBuffers.discard(request);
    }
}
