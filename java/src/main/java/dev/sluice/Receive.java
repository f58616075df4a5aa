package dev.sluice;

import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Receives bytes of a stream, or one datagram of a connected datagram socket.
 *
 * <p>Into {@link #buffer memory of the user's}, or {@link #pooled from the port's pool}: then a
 * buffer is taken only when bytes are there, so that an idle connection holds none. If the pool is
 * empty then, the receive ends with NO_BUFFERS, or waits for a buffer ({@link #waitForBuffer}).
 * Receives of one socket are carried out in the order of their submission.
 *
 * <p>Ends with OK and 1 or more {@link #bytes()}. Ends with EOF when the peer ended its side; each
 * further receive then does too, whatever a send meets later. Ends with RESET, TIMED_OUT and the
 * like when the connection is lost, after the bytes that had come before and that the system kept.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
 */
public final class Receive extends Operation<Receive> {
    /**
     * A receive of pooled buffers, until {@link #buffer} says otherwise.
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
     * @throws IllegalStateException while it is pending
     * @throws IllegalArgumentException if the socket belongs to another port
     */
    public Receive socket(NativeSocket socket) {
        return aim(socket);
    }

    /**
     * Receives into this memory. The kernel owns it until the terminal event.
     *
     * @param buffer of {@link CompletionPort#allocate}, a {@link PooledBuffer}, or the global arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory, or it has no room
     */
    public Receive buffer(MemorySegment buffer) {
        requireIdle("change the buffer of");
        request.memory(Memory.writable(socket(), buffer, "receive"), buffer.byteSize());
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
        return this;
    }

    /**
     * Waits for a buffer of the pool when bytes are there and all buffers are taken, and so never
     * ends with NO_BUFFERS. Receives that wait get the buffers first come, first served. Timeout,
     * cancel and close end the wait. Meanwhile the bytes and the end of the stream stay in the
     * kernel.
     *
     * <p>A wait ends only if buffers are released. Peers that do not read keep the buffers of sends
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
     * How many bytes came with the latest event.
     *
     * @return 0 unless the status is OK; 0 is an empty datagram on a datagram socket
     */
    public int bytes() {
        return (int) request.result;
    }

    /**
     * Whether the datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false on streams
     */
    public boolean isTruncated() {
        return request.truncated;
    }

    /**
     * Takes over the pooled buffer of the latest event; it must be {@linkplain PooledBuffer#release
     * released} in the end, when it was sent on only after the terminal event of that send. A buffer
     * that was not taken by the end of the handler goes back to the pool by itself.
     *
     * @return the buffer, its bytes at its beginning; for an empty datagram perhaps one of capacity 0,
     *     where the system had taken it before the pool was found to be exhausted (io_uring)
     * @throws IllegalStateException if the event brought none, or it was taken
     */
    public PooledBuffer takeBuffer() {
        // First the object: if there is no memory for it, the buffer still goes back by itself.
        PooledBuffer taken = PooledBuffer.of(requireBuffer("take"), port());
        request.payload(null);
        return taken;
    }

    private CompletionPort port() {
        NativeSocket present = socket();
        assert present != null : "a receive has a socket";
        return present.port();
    }

    /**
     * The bytes of the latest event where they lie, in the pooled buffer, for a handler that only
     * looks at them. They are there until the handler returns, or, if it takes the buffer, until that
     * is released. Each call makes a segment.
     *
     * @return as long as {@link #bytes}
     * @throws IllegalStateException if the event brought no pooled buffer, or it was taken
     */
    public MemorySegment data() {
        return requireBuffer("look at").segment().asSlice(0, bytes());
    }

    private PoolBuffer requireBuffer(String action) {
        PoolBuffer buffer = request.buffer();
        if (buffer == null) {
            throw new IllegalStateException(this + " has no pooled buffer to " + action);
        }
        return buffer;
    }

    @Override
    void check() {
        if (request.multishot && !request.pooled) {
            throw new IllegalStateException(
                    "a multishot receive needs pooled buffers: call pooled(), or oneShot()");
        }
    }

    @Override
    void prepare() {
        super.prepare();
        unclaimed();
    }

    @Override
    void unclaimed() {
        PoolBuffer buffer = request.buffer();
        if (buffer != null) {
            request.payload(null);
            buffer.pool.release(buffer);
        }
    }
}
