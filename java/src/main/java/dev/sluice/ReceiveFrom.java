package dev.sluice;

import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives one datagram and reports its sender.
 *
 * <p>The datagram goes into {@linkplain #buffer memory of the program}, or {@linkplain #pooled into a
 * buffer of the port's pool}, which is taken when the datagram is there. {@linkplain #multishot() One
 * submission} then brings one datagram after the other, each in a buffer of its own.
 *
 * <p>An empty datagram is a success of 0 bytes. A datagram that is longer than the buffer is cut, and
 * {@link #isTruncated} is true.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvfrom.2.html">recvfrom(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_prep_recvmsg.3.html">
 *     io_uring_prep_recvmsg_multishot(3)</a>
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsarecvfrom">
 *     WSARecvFrom</a>
 */
public final class ReceiveFrom extends Operation<ReceiveFrom> {
    /**
     * The bytes at the beginning of a pooled buffer that come before its datagram, on every backend:
     * io_uring writes the sender there. So a buffer has room for {@link PortOptions#poolBufferBytes}
     * less these bytes.
     */
    public static final int HEADROOM = PoolBuffer.DATAGRAM_HEADROOM;

    private final RawAddress raw = new RawAddress();
    private final DatagramDetails details = new DatagramDetails();

    /**
     * Makes a receive that needs {@link #buffer} or {@link #pooled} before it can be submitted.
     *
     * @param socket a datagram socket
     */
    public ReceiveFrom(NativeSocket socket) {
        super(RequestKind.RECEIVE_FROM, socket);
        if (socket.type().isConnectionOriented()) {
            throw new IllegalArgumentException(
                    "cannot receive-from on " + socket + ": a stream has one peer, use Receive");
        }
        request.peer(raw);
        request.details(details);
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
    public ReceiveFrom buffer(MemorySegment buffer) {
        writeInto(buffer, "receive-from");
        request.pooled = false;
        return this;
    }

    /**
     * Receives into a buffer of the port's pool, taken when a datagram is there; the datagram is at
     * {@link #HEADROOM} in it. If the pool is empty then, the receive ends with NO_BUFFERS, and the
     * datagram stays in the socket.
     *
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public ReceiveFrom pooled() {
        requireIdle("change the buffer of");
        request.pooled = true;
        request.memoryHolder(null);
        return this;
    }

    /**
     * Waits for a buffer of the pool as {@link Receive#waitForBuffer} does, and so never ends with
     * NO_BUFFERS.
     *
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public ReceiveFrom waitForBuffer() {
        requireIdle("change");
        request.argument = Request.WAIT_FOR_BUFFER;
        return this;
    }

    /**
     * Continues to receive after each event, into pooled buffers, until a failure, a cancel, or
     * NO_BUFFERS (see {@link #waitForBuffer}). On io_uring it is one entry of the ring for all
     * datagrams (Linux 6.0); elsewhere the port makes a call for each.
     *
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public ReceiveFrom multishot() {
        requireIdle("change");
        request.multishot = true;
        return this;
    }

    /**
     * Receives once per submission, as a new operation does.
     *
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public ReceiveFrom oneShot() {
        requireIdle("change");
        request.multishot = false;
        return this;
    }

    /**
     * Returns the number of bytes of the datagram that are in the buffer.
     *
     * @return 0 for an empty datagram
     */
    public int bytes() {
        return (int) request.result;
    }

    /**
     * Returns the size of the datagrams that the latest event brought at once. The last of them may be
     * shorter, all others have this size. Several come only if {@link SockOpt#UDP_GRO} is set.
     *
     * @return the same as {@link #bytes} if it is one datagram
     */
    public int segmentBytes() {
        return request.receivedSegmentBytes();
    }

    /**
     * Returns true if the datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false if all of it was received
     */
    public boolean isTruncated() {
        return request.truncated;
    }

    /**
     * Returns the sender of the datagram. Allocates nothing for a recent sender.
     *
     * @return the sender's address: an IPv4 address if it reached an IPv6 socket by IPv4, an empty
     *     one if it is an unnamed Unix socket
     */
    public Address source() {
        return requireSocket().port().addresses.intern(rawSource());
    }

    /**
     * Returns the address to which the latest datagram was sent: one of this machine's, or of a group or a
     * broadcast. Allocates nothing for a recent one.
     *
     * @return an address with port 0, since the port is that of the socket; null if {@link
     *     SockOpt#PKTINFO} is not set, or into a {@linkplain #pooled pooled} buffer
     */
    public @Nullable Address destination() {
        boolean known = hasDetails() && details.destination.family != RawAddress.NONE;
        return known ? requireSocket().port().addresses.intern(details.destination) : null;
    }

    /**
     * Returns the index of the interface by which the latest datagram arrived.
     *
     * @return 0 if {@link SockOpt#PKTINFO} is not set
     */
    public int interfaceIndex() {
        return hasDetails() ? details.interfaceIndex : 0;
    }

    /**
     * Returns the time to live, or the hop limit, that the latest datagram arrived with.
     *
     * @return 0 to 255, or -1 if {@link SockOpt#RECVTTL} is not set
     */
    public int ttl() {
        return hasDetails() ? details.hops : -1;
    }

    /**
     * Returns the traffic class of the latest datagram, such as the ECN that routers set.
     *
     * @return null if {@link SockOpt#RECVTOS} is not set
     */
    public @Nullable TrafficClass trafficClass() {
        return hasDetails() && details.trafficClass >= 0
                ? TrafficClass.ofOctet(details.trafficClass)
                : null;
    }

    /** What was reported while an option was set means nothing of later datagrams. */
    private boolean hasDetails() {
        return !request.pooled && requireSocket().channel.reportsDetails();
    }

    RawAddress rawSource() {
        PoolBuffer buffer = request.buffer();
        return buffer == null ? raw : buffer.source();
    }

    /**
     * Takes the pooled buffer of the latest event, as {@link Receive#takeBuffer} does. The datagram is
     * at {@link #HEADROOM} in it.
     *
     * @return the buffer, which the program releases
     * @throws IllegalStateException if the event has no buffer, or it was taken
     */
    public PooledBuffer takeBuffer() {
        PoolBuffer buffer = PoolBuffers.require(this, "take");
        // First the object: if there is no memory for it, the buffer still returns by itself.
        PooledBuffer taken = PooledBuffer.of(buffer, requireSocket().port());
        raw.set(buffer.source());
        request.clearPayload();
        return taken;
    }

    /**
     * Returns the datagram of the latest event where it is, in the pooled buffer. The bytes are valid
     * until the handler returns or, if it takes the buffer, until that is released. Each call makes a
     * segment.
     *
     * @return as long as {@link #bytes}
     * @throws IllegalStateException if the event has no pooled buffer, or it was taken
     */
    public MemorySegment data() {
        return PoolBuffers.require(this, "look at").segment().asSlice(HEADROOM, bytes());
    }

    @Override
    void check() {
        if (request.pooled) {
            requireRoom();
        } else if (request.address() == 0) {
            throw Errors.ofMissing(this, "buffer", "buffer() or pooled()");
        }
        PoolBuffers.checkMultishot(this);
        super.check();
    }

    private void requireRoom() {
        int bytes = requireSocket().port().engine().pool().bufferBytes();
        if (bytes <= HEADROOM) {
            throw new IllegalStateException("cannot submit pooled " + this + ": buffers of " + bytes
                    + " bytes have no room behind the first " + HEADROOM
                    + "; use larger poolBufferBytes()");
        }
    }

    @Override
    void prepare() {
        super.prepare();
        discardPayload();
    }

    @Override
    void discardPayload() {
        PoolBuffer buffer = request.buffer();
        if (buffer != null) {
            raw.set(buffer.source());
            PoolBuffers.discard(request);
        }
    }
}
