package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * One OVERLAPPED with what belongs to it. The native block keeps its address for the life of the
 * port. It is used again only after its packet was taken from the port, or after the call reported
 * that no packet will come. Until then the kernel may write into it, even if the socket is closed.
 *
 * <pre>
 *       +---------------------------------------+
 *     0 | OVERLAPPED, 32 bytes                  |
 *       +-------------------+-------------------+
 *    32 | index             | generation        |
 *       +-------------------+-------------------+
 *    40 | length of address |                   |
 *       +-------------------+-------------------+
 *    48 | an address, AcceptEx's addresses, a   |
 *       | readiness request or a message,       |
 *       | 128 bytes                             |
 *       +---------------------------------------+
 * </pre>
 */
final class OverlappedOperation {
    static final int INDEX = 32;
    static final int GENERATION = 36;
    static final int LENGTH = 40;
    static final int EXTRA = 48;
    static final int EXTRA_SIZE = 128;
    static final int SIZE = EXTRA + EXTRA_SIZE;

    final int index;

    /** The address of the OVERLAPPED, which comes with the packet. */
    final long overlapped;

    /** Written by {@link OverlappedTable}, as are the next two. */
    int generation;

    /** The request that the packet is for; null if the block is not in use. */
    @Nullable
    Request request;

    /** The slot of a request that has one operation at a time, or -1. */
    int slot = -1;

    /** The socket that a cancel names, once one was tried; else 0. Written by {@link CancelRetries}. */
    long cancelHandle;

    /** True if it receives a {@link WindowsMessage}. {@link IocpSegments} sets it, the table clears it. */
    boolean hasMessage;

    /** Memory for {@link WindowsDetails}, from the first use on; else 0. Of {@link OverlappedTable}. */
    long control;

    /** The socket that an AcceptEx accepts into. */
    long acceptor;

    OverlappedOperation(int index, long overlapped) {
        this.index = index;
        this.overlapped = overlapped;
    }

    Request request() {
        Request present = request;
        assert present != null : "a packet of a block that is not in use: " + index;
        return present;
    }

    /** Returns the address of the 128 bytes. */
    long extra() {
        return overlapped + EXTRA;
    }

    /** Returns the address of the length. */
    long length() {
        return overlapped + LENGTH;
    }
}
