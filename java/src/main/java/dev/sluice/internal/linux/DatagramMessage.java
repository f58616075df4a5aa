package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory for one datagram with its address and control data, for sendmsg(2) and recvmsg(2).
 *
 * <pre>
 *   0 | struct msghdr | struct iovec | address | control messages |
 * </pre>
 */
public final class DatagramMessage {
    private static final int IOVEC = Msghdr.SIZE;
    private static final int NAME = IOVEC + Iovec.SIZE;
    private static final int CONTROL = NAME + LinuxSockaddr.MAX_SIZE;

    /** The size in bytes; a block is aligned to 8. */
    public static final int SIZE = CONTROL + DetailControl.SPACE;

    private DatagramMessage() {}

    /** Writes a header that receives a datagram into this memory, its sender, and its segments. */
    public static void toReceive(long message, long address, long length, boolean coalesces) {
        write(message, address, length, LinuxSockaddr.MAX_SIZE);
        if (coalesces) {
            SegmentControl.offer(message, message + CONTROL);
        }
    }

    /** Writes a header that receives a datagram with its sender and all that options ask for. */
    public static void toReceiveWithDetails(long message, long address, long length) {
        write(message, address, length, LinuxSockaddr.MAX_SIZE);
        DetailControl.offer(message, message + CONTROL);
    }

    /**
     * Writes a header that sends the bytes of a SEND or SEND_TO: as datagrams of its segment size, and from
     * its source, if it has them.
     *
     * @param socketFamily of the sending socket
     */
    public static void toSend(long message, Request request, int socketFamily) {
        RawAddress to = request.kind == RequestKind.SEND_TO ? request.peer() : null;
        int segmentBytes = request.isSegmented() ? request.segmentBytes() : 0;
        toSend(message, request.address(), request.length(), segmentBytes, to, socketFamily);
        RawAddress source = request.source();
        if (source != null) {
            int space = segmentBytes == 0 ? 0 : SegmentControl.SPACE;
            long control = message + CONTROL;
            space += DetailControl.source(control + space, source, socketFamily);
            Memory.setLong(message + Msghdr.MSG_CONTROL, control);
            Memory.setLong(message + Msghdr.MSG_CONTROLLEN, space);
        }
    }

    /**
     * Writes a header that sends these bytes as datagrams of one size.
     *
     * @param segmentBytes the size, or 0 for one datagram
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
        if (segmentBytes > 0) {
            SegmentControl.segment(message, message + CONTROL, segmentBytes);
        }
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

    /** Decodes what options asked for. */
    public static void decodeDetails(long message, DatagramDetails to) {
        DetailControl.decode(message, message + CONTROL, to);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    public static int segmentBytesOf(long message) {
        return SegmentControl.received(message, message + CONTROL);
    }
}
