package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Receives one datagram and reports its sender.
 *
 * <p>An empty datagram is a success of 0 bytes. A datagram that is longer than the buffer is cut, and
 * {@link #isTruncated} is true.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvfrom.2.html">recvfrom(2)</a>
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsarecvfrom">
 *     WSARecvFrom</a>
 */
public final class ReceiveFrom extends Operation<ReceiveFrom> {
    private final RawAddress raw = new RawAddress();

    /**
     * Makes a receive that needs a {@link #buffer} before it can be submitted.
     *
     * @param socket a datagram socket
     */
    public ReceiveFrom(NativeSocket socket) {
        super(RequestKind.RECEIVE_FROM, socket);
        if (socket.type().isStream()) {
            throw new IllegalArgumentException(
                    "cannot receive-from on " + socket + ": a stream has one peer, use Receive");
        }
        request.peer(raw);
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
        return requireSocket().port().addresses.intern(raw);
    }

    RawAddress rawSource() {
        return raw;
    }

    @Override
    void check() {
        if (request.address() == 0) {
            throw Errors.ofMissing(this, "buffer", "buffer()");
        }
        super.check();
    }
}
