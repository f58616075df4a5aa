package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory for one datagram with its address and control data, for sendmsg(2) and recvmsg(2).
 *
 * <pre>
 *   0 | struct msghdr | struct iovec | address | control message |
 * </pre>
 */
public final class DatagramMessage {
    private static final int IOVEC = Msghdr.SIZE;
    private static final int NAME = IOVEC + Iovec.SIZE;
    private static final int CONTROL = NAME + LinuxSockaddr.MAX_SIZE;

    /** The size in bytes; a block is aligned to 8. */
    public static final int SIZE = CONTROL + SegmentControl.SPACE;

    private DatagramMessage() {}

    /** Writes a header that receives a datagram into this memory, its sender, and its segments. */
    public static void toReceive(long message, long address, long length, boolean coalesces) {
        write(message, address, length, LinuxSockaddr.MAX_SIZE);
        if (coalesces) {
            SegmentControl.offer(message, message + CONTROL);
        }
    }

    /**
     * Writes a header that sends the bytes of a SEND or SEND_TO as datagrams of its segment size.
     *
     * @param socketFamily of the sending socket
     */
    public static void toSend(long message, Request request, int socketFamily) {
        RawAddress to = request.kind == RequestKind.SEND_TO ? request.peer() : null;
        toSend(message, request.address(), request.length(), request.segmentBytes(), to,
                socketFamily);
    }

    /**
     * Writes a header that sends these bytes as datagrams of one size.
     *
     * @param to null for the peer of a connected socket
     * @param socketFamily of the sending socket
     */
    public static void toSend(
            long message,
            long address,
            long length,
            int segmentBytes,
            @Nullable RawAddress to,
            int socketFamily) {
        int nameLength =
                to == null ? 0 : LinuxSockaddr.encode(to, socketFamily, message + NAME);
        write(message, address, length, nameLength);
        SegmentControl.segment(message, message + CONTROL, segmentBytes);
    }

    private static void write(long message, long address, long length, int nameLength) {
        Memory.setLong(message + IOVEC + Iovec.IOV_BASE, address);
        Memory.setLong(message + IOVEC + Iovec.IOV_LEN, length);
        long name = nameLength == 0 ? 0 : message + NAME;
        MessageHeader.write(message, name, nameLength, message + IOVEC, 1);
    }

    /** Decodes the address that the kernel wrote. */
    public static void decodeName(long message, RawAddress to) {
        int length = Memory.getInt(message + Msghdr.MSG_NAMELEN);
        LinuxSockaddr.decode(message + NAME, length, to);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    public static int segmentBytesOf(long message) {
        return SegmentControl.received(message, message + CONTROL);
    }
}
