package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.ffi.windows.Wsamsg;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * A block of memory for one datagram with its address and control data, for WSASendMsg and WSARecvMsg. It has
 * room for one control message of a DWORD; for all of {@link WindowsDetails} there is a block apart.
 *
 * <pre>
 *   0 | address, 32 bytes | WSAMSG | WSABUF | control message |
 * </pre>
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-udp-socket-options">
 *     IPPROTO_UDP socket options</a>
 */
final class WindowsMessage {
    private static final int MESSAGE = 32;
    private static final int BUFFER = MESSAGE + Wsamsg.SIZE;
    private static final int CONTROL = BUFFER + Wsabuf.SIZE;

    /** WSA_CMSG_SPACE of a DWORD. */
    private static final int CONTROL_SPACE = WindowsDetails.space(Integer.BYTES);

    /** The size in bytes; a block is aligned to 8. */
    static final int SIZE = CONTROL + CONTROL_SPACE;

    private WindowsMessage() {}

    /** Writes a message that receives a datagram, its sender, and its segments; returns the WSAMSG. */
    static long toReceive(long block, long address, int length) {
        return toReceive(block, address, length, block + CONTROL, CONTROL_SPACE);
    }

    /** As above, with {@link WindowsDetails#SPACE} bytes for control messages elsewhere. */
    static long toReceive(long block, long address, int length, long control) {
        return toReceive(block, address, length, control, WindowsDetails.SPACE);
    }

    private static long toReceive(
            long block, long address, int length, long control, int controlSpace) {
        // Nothing of an earlier message may be read where a system leaves the length as it was.
        Memory.fill(control, controlSpace, (byte) 0);
        return write(block, address, length, WindowsSockaddr.INET_SIZE, control, controlSpace);
    }

    /**
     * Writes a message that sends the bytes of a SEND or SEND_TO: as datagrams of its segment size, and from
     * its source, if it has them.
     *
     * @param socketFamily of the sending socket
     * @param wide {@link WindowsDetails#SPACE} bytes, or 0 if the request has no source
     * @return the address of the WSAMSG
     */
    static long toSend(long block, Request request, int socketFamily, long wide) {
        RawAddress to = request.kind == RequestKind.SEND_TO ? request.peer() : null;
        int nameLength =
                to == null ? 0 : WindowsSockaddr.encodeDestination(to, socketFamily, block);
        long control = wide == 0 ? block + CONTROL : wide;
        int space = 0;
        if (request.isSegmented()) {
            space = WindowsDetails.segments(control, request.segmentBytes());
        }
        RawAddress source = request.source();
        if (source != null) {
            space += WindowsDetails.source(control + space, source);
        }
        int length = WindowsTryCalls.clipped(request.length());
        return write(block, request.address(), length, nameLength, control, space);
    }

    /**
     * Writes a message that sends these bytes as datagrams of one size.
     *
     * @param socketFamily of the sending socket
     * @return the address of the WSAMSG
     */
    static long toSend(
            long block,
            long address,
            long length,
            int segmentBytes,
            RawAddress to,
            int socketFamily) {
        int nameLength = WindowsSockaddr.encodeDestination(to, socketFamily, block);
        int space = WindowsDetails.segments(block + CONTROL, segmentBytes);
        return write(block, address, WindowsTryCalls.clipped(length), nameLength,
                block + CONTROL, space);
    }

    private static long write(
            long block, long address, int length, int nameLength, long control, int space) {
        long buffer = block + BUFFER;
        Memory.setInt(buffer + Wsabuf.LEN, length);
        Memory.setLong(buffer + Wsabuf.BUF, address);
        long message = block + MESSAGE;
        Memory.setLong(message + Wsamsg.NAME, nameLength == 0 ? 0 : block);
        Memory.setInt(message + Wsamsg.NAMELEN, nameLength);
        Memory.setLong(message + Wsamsg.LPBUFFERS, buffer);
        Memory.setInt(message + Wsamsg.DWBUFFERCOUNT, 1);
        Memory.setInt(message + Wsamsg.CONTROL + Wsabuf.LEN, space);
        Memory.setLong(message + Wsamsg.CONTROL + Wsabuf.BUF, control);
        Memory.setInt(message + Wsamsg.DWFLAGS, 0);
        return message;
    }

    /** Decodes the address that Windows wrote. */
    static void decodeName(long block, RawAddress to) {
        int length = Memory.getInt(block + MESSAGE + Wsamsg.NAMELEN);
        WindowsSockaddr.decode(block, length, to);
    }

    /** Decodes what options asked for. */
    static void decodeDetails(long block, DatagramDetails to) {
        WindowsDetails.decode(controlOf(block), controlBytes(block), to);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    static int segmentBytesOf(long block) {
        return WindowsDetails.segmentBytes(controlOf(block), controlBytes(block));
    }

    private static long controlOf(long block) {
        return Memory.getLong(block + MESSAGE + Wsamsg.CONTROL + Wsabuf.BUF);
    }

    private static int controlBytes(long block) {
        return Memory.getInt(block + MESSAGE + Wsamsg.CONTROL + Wsabuf.LEN);
    }
}
