package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends one datagram to an address, or several with {@link #segmentBytes}. The kernel takes all bytes or
 * none.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendto.2.html">sendto(2)</a>
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsasendto">
 *     WSASendTo</a>
 */
public final class SendTo extends Operation<SendTo> {
    private final RawAddress raw = new RawAddress();

    /** The buffer that it sends, and which taking of it; null for other memory. */
    private @Nullable PooledBuffer pooled;

    private int taking;

    /**
     * Makes a send that needs a {@link #buffer} and an address before it can be submitted.
     *
     * @param socket a datagram socket
     */
    public SendTo(NativeSocket socket) {
        super(RequestKind.SEND_TO, socket);
        if (socket.type().isConnectionOriented()) {
            throw new IllegalArgumentException(
                    "cannot send-to on " + socket + ": a stream has one peer, use Send");
        }
        request.peer(raw);
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
    public SendTo buffer(MemorySegment buffer) {
        readFrom(buffer, "send-to");
        pooled = null;
        return this;
    }

    /**
     * Sends a part of a pooled buffer, without a slice of it: of a datagram that was received there the
     * part begins at {@link ReceiveFrom#HEADROOM}. Release the buffer after the terminal event.
     *
     * @param buffer of this socket's port
     * @param offset first byte
     * @param length number of bytes
     * @return this operation
     * @throws IllegalStateException if the buffer was released, or the operation is pending; {@link
     *     CompletionPort#submit} throws it too if the buffer was released meanwhile
     */
    public SendTo buffer(PooledBuffer buffer, int offset, int length) {
        requireIdle("change the buffer of");
        PoolBuffers.lend(this, buffer, offset, length);
        pooled = buffer;
        taking = buffer.taking();
        return this;
    }

    /**
     * Sends to this address.
     *
     * @param destination of the socket's family; an IPv6 socket also sends to an IPv4 address
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public SendTo to(Address destination) {
        requireIdle("change the address of");
        raw.set(destination.raw());
        return this;
    }

    /**
     * Sends to the source of a datagram, without making an {@link Address}.
     *
     * @param received a receive whose latest event was a datagram
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public SendTo toSourceOf(ReceiveFrom received) {
        requireIdle("change the address of");
        raw.set(received.rawSource());
        return this;
    }

    /**
     * Sends from this address of the machine instead of the one that the kernel chooses, such as the
     * {@link ReceiveFrom#destination} of the datagram that is answered. An address that this machine does not
     * have ends the send with UNREACHABLE, INVALID or ADDRESS_UNAVAILABLE.
     *
     * @param source of the socket's family, on an IPv6 socket that sends to IPv4 also an IPv4 address; its
     *     port has no meaning; the wildcard address for the kernel's choice
     * @return this operation
     * @throws IllegalArgumentException if it is not of the socket's family
     * @throws IllegalStateException if the operation is pending
     * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_PKTINFO</a>
     */
    public SendTo source(Address source) {
        requireIdle("change the source of");
        RawAddress from = source.raw();
        if (from.family == RawAddress.UNIX || !from.isPeerOf(requireSocket().type().family)) {
            throw new IllegalArgumentException(
                    "source " + source + " of " + this + ": use an address of the socket's family");
        }
        boolean any = from.high == 0 && from.low == 0;
        request.source(any ? null : from);
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
    public SendTo segmentBytes(int segmentBytes) {
        Segments.set(this, segmentBytes);
        return this;
    }

    /**
     * Returns the number of bytes that the kernel took.
     *
     * @return all of them if the status is OK
     */
    public int bytes() {
        return (int) request.result;
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
        if (raw.family == RawAddress.NONE) {
            throw Errors.ofMissing(this, "address", "to()");
        }
        Segments.check(this);
        super.check();
    }

    @Override
    String describeTarget() {
        return " to " + Address.copyOf(raw);
    }
}
