package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;

/**
 * Sends one datagram to an address. The kernel takes all of it or nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendto.2.html">sendto(2)</a>
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsasendto">
 *     WSASendTo</a>
 */
public final class SendTo extends Operation<SendTo> {
    private final RawAddress raw = new RawAddress();

    /**
     * Makes a send that needs a {@link #buffer} and an address before it can be submitted.
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
     * @param buffer of {@link CompletionPort#allocate}, of a {@link PooledBuffer}, or of the global
     *     arena
     * @return this operation
     * @throws IllegalArgumentException if the kernel could outlive the memory
     * @throws IllegalStateException if the memory was released, or the operation is pending
     */
    public SendTo buffer(MemorySegment buffer) {
        readFrom(buffer, "send-to");
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
        if (raw.family == RawAddress.NONE) {
            throw Errors.ofMissing(this, "address", "to()");
        }
        super.check();
    }

    @Override
    String describeTarget() {
        return " to " + Address.copyOf(raw);
    }
}
