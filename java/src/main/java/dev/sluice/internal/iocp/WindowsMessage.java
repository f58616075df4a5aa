package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.ffi.windows.Wsacmsghdr;
import dev.sluice.internal.ffi.windows.Wsamsg;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory for one datagram with its address and control data, for WSASendMsg and WSARecvMsg.
 * The control message is the size into which Windows cuts the bytes of a send (UDP_SEND_MSG_SIZE), or
 * that of the datagrams which it received together (UDP_COALESCED_INFO); each is a DWORD.
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
    private static final int CONTROL_LENGTH = Wsacmsghdr.SIZE + Integer.BYTES;

    /** WSA_CMSG_SPACE of a DWORD. */
    private static final int CONTROL_SPACE = Wsacmsghdr.SIZE + Long.BYTES;

    /** The size in bytes; a block is aligned to 8. */
    static final int SIZE = CONTROL + CONTROL_SPACE;

    private WindowsMessage() {}

    /** Writes a message that receives a datagram, its sender, and its segments; returns the WSAMSG. */
    static long toReceive(long block, long address, int length) {
        // Nothing of an earlier message may be read where a system leaves the length as it was.
        Memory.setLong(block + CONTROL + Wsacmsghdr.CMSG_LEN, 0);
        return write(block, address, length, WindowsSockaddr.INET_SIZE);
    }

    /**
     * Writes a message that sends the bytes of a SEND or SEND_TO as datagrams of its segment size.
     *
     * @param socketFamily of the sending socket
     * @return the address of the WSAMSG
     */
    static long toSend(long block, Request request, int socketFamily) {
        RawAddress to = request.kind == RequestKind.SEND_TO ? request.peer() : null;
        return toSend(block, request.address(), request.length(), request.segmentBytes(), to,
                socketFamily);
    }

    /**
     * Writes a message that sends these bytes as datagrams of one size.
     *
     * @param to null for the peer of a connected socket
     * @param socketFamily of the sending socket
     * @return the address of the WSAMSG
     */
    static long toSend(
            long block,
            long address,
            long length,
            int segmentBytes,
            @Nullable RawAddress to,
            int socketFamily) {
        int nameLength =
                to == null ? 0 : WindowsSockaddr.encodeDestination(to, socketFamily, block);
        long message = write(block, address, WindowsTryCalls.clipped(length), nameLength);
        long control = block + CONTROL;
        Memory.setLong(control + Wsacmsghdr.CMSG_LEN, CONTROL_LENGTH);
        Memory.setInt(control + Wsacmsghdr.CMSG_LEVEL, WinsockConstants.IPPROTO_UDP);
        Memory.setInt(control + Wsacmsghdr.CMSG_TYPE, WinsockConstants.UDP_SEND_MSG_SIZE);
        Memory.setInt(control + Wsacmsghdr.SIZE, segmentBytes);
        return message;
    }

    private static long write(long block, long address, int length, int nameLength) {
        long buffer = block + BUFFER;
        Memory.setInt(buffer + Wsabuf.LEN, length);
        Memory.setLong(buffer + Wsabuf.BUF, address);
        long message = block + MESSAGE;
        Memory.setLong(message + Wsamsg.NAME, nameLength == 0 ? 0 : block);
        Memory.setInt(message + Wsamsg.NAMELEN, nameLength);
        Memory.setLong(message + Wsamsg.LPBUFFERS, buffer);
        Memory.setInt(message + Wsamsg.DWBUFFERCOUNT, 1);
        Memory.setInt(message + Wsamsg.CONTROL + Wsabuf.LEN, CONTROL_SPACE);
        Memory.setLong(message + Wsamsg.CONTROL + Wsabuf.BUF, block + CONTROL);
        Memory.setInt(message + Wsamsg.DWFLAGS, 0);
        return message;
    }

    /** Decodes the address that Windows wrote. */
    static void decodeName(long block, RawAddress to) {
        int length = Memory.getInt(block + MESSAGE + Wsamsg.NAMELEN);
        WindowsSockaddr.decode(block, length, to);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    static int segmentBytesOf(long block) {
        long control = block + CONTROL;
        boolean present =
                Memory.getInt(block + MESSAGE + Wsamsg.CONTROL + Wsabuf.LEN) >= CONTROL_LENGTH
                        && Memory.getLong(control + Wsacmsghdr.CMSG_LEN) >= CONTROL_LENGTH
                        && Memory.getInt(
                                control + Wsacmsghdr.CMSG_LEVEL) == WinsockConstants.IPPROTO_UDP
                        && Memory.getInt(control
                                + Wsacmsghdr.CMSG_TYPE) == WinsockConstants.UDP_COALESCED_INFO;
        return present ? Memory.getInt(control + Wsacmsghdr.SIZE) : 0;
    }
}
