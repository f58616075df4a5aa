package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Sends one datagram to an address. The system takes all of it or nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendto.2.html">sendto(2)</a>
 */
public final class SendTo extends Operation<SendTo> {
    private final RawAddress raw = new RawAddress();

    /**
     * A send that needs a {@link #buffer} and an address before it can be submitted.
     *
     * @param socket a datagram socket
     */
    public SendTo(NativeSocket socket) {
        super(RequestKind.SEND_TO, socket);
        if (socket.type().isStream()) {
            throw new IllegalArgumentException(
                    "cannot send-to on " + socket + ": a stream has one peer, use Send");
        }
        request.peer(raw);
    }

    /**
     * Sends this memory. It must not be changed before the terminal event.
     *
     * @param buffer of {@link CompletionPort#allocate}, a {@link PooledBuffer}, or the global arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     */
    public SendTo buffer(MemorySegment buffer) {
        requireIdle("change the buffer of");
        request.memory(Memory.readable(socket(), buffer, "send-to"), buffer.byteSize());
        return this;
    }

    /**
     * Sends to this address.
     *
     * @param destination of the socket's family; one of IPv6 also sends to an IPv4 address
     * @return this operation
     */
    public SendTo to(Address destination) {
        requireIdle("change the address of");
        raw.set(destination.raw());
        return this;
    }

    /**
     * Sends to whom a datagram came from, without making an {@link Address}.
     *
     * @param received a receive that ended with a datagram
     * @return this operation
     */
    public SendTo toSourceOf(ReceiveFrom received) {
        requireIdle("change the address of");
        raw.set(received.rawSource());
        return this;
    }

    /**
     * How many bytes the system took.
     *
     * @return all of them if the status is OK
     */
    public int bytes() {
        return (int) request.result;
    }

    @Override
    void check() {
        if (request.address() == 0) {
            throw new IllegalStateException("send-to without a buffer: call buffer() first");
        }
        if (raw.family == RawAddress.NONE) {
            throw new IllegalStateException("send-to without an address: call to() first");
        }
    }

    @Override
    String describeTarget() {
        return " to " + Address.copyOf(raw);
    }
}
