package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Receives one datagram and tells who sent it.
 *
 * <p>An empty datagram is a success of 0 bytes. One that is longer than the buffer is cut, and says
 * so by {@link #isTruncated}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvfrom.2.html">recvfrom(2)</a>
 */
public final class ReceiveFrom extends Operation<ReceiveFrom> {
    private final RawAddress raw = new RawAddress();

    /**
     * A receive that needs a {@link #buffer} before it can be submitted.
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
     * @param buffer of {@link CompletionPort#allocate}, a {@link PooledBuffer}, or the global arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory, or it has no room
     */
    public ReceiveFrom buffer(MemorySegment buffer) {
        requireIdle("change the buffer of");
        request.memory(Memory.writable(socket(), buffer, "receive-from"), buffer.byteSize());
        return this;
    }

    /**
     * How many bytes of the datagram are in the buffer.
     *
     * @return 0 for an empty datagram
     */
    public int bytes() {
        return (int) request.result;
    }

    /**
     * Whether the datagram was longer than the buffer; the rest of it is lost.
     *
     * @return false if all of it was received
     */
    public boolean isTruncated() {
        return request.truncated;
    }

    /**
     * Who sent the datagram. Allocates nothing for a sender that the port has seen lately.
     *
     * @return the sender's address: an IPv4 address if it reached an IPv6 socket by IPv4, an empty
     *     one if it is an unnamed Unix socket
     */
    public Address source() {
        NativeSocket present = socket();
        assert present != null : "a receive has a socket";
        return present.port().addresses.intern(raw);
    }

    RawAddress rawSource() {
        return raw;
    }

    @Override
    void check() {
        if (request.address() == 0) {
            throw new IllegalStateException("receive-from without a buffer: call buffer() first");
        }
    }
}
