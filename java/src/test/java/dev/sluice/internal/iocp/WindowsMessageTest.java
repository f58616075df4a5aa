package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.SockaddrIn;
import dev.sluice.internal.ffi.windows.Wsabuf;
import dev.sluice.internal.ffi.windows.Wsacmsghdr;
import dev.sluice.internal.ffi.windows.Wsamsg;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The messages of datagrams, read as Windows reads them, and answered as Microsoft's pages say. */
class WindowsMessageTest {
    private static final long BYTES = 0x1234_5678_9ABCL;

    private final Arena arena = Arena.ofConfined();
    private final long block = arena.allocate(WindowsMessage.SIZE, Long.BYTES).address();

    @AfterEach
    void release() {
        arena.close();
    }

    private static void hasPiece(long message, int length) {
        assertThat(Memory.getInt(message + Wsamsg.DWBUFFERCOUNT)).isEqualTo(1);
        long piece = Memory.getLong(message + Wsamsg.LPBUFFERS);
        assertThat(Memory.getLong(piece + Wsabuf.BUF)).isEqualTo(BYTES);
        assertThat(Memory.getInt(piece + Wsabuf.LEN)).isEqualTo(length);
    }

    private static long controlOf(long message) {
        return Memory.getLong(message + Wsamsg.CONTROL + Wsabuf.BUF);
    }

    @Test
    void itFitsBehindAnOverlapped() {
        assertThat(WindowsMessage.SIZE).isLessThanOrEqualTo(OverlappedOperation.EXTRA_SIZE);
    }

    @Test
    void aReceiveHasRoomForTheSenderAndTheSizeOfSegments() {
        long message = WindowsMessage.toReceive(block, BYTES, 65_535);
        hasPiece(message, 65_535);
        assertThat(Memory.getInt(message + Wsamsg.NAMELEN)).isEqualTo(28);
        assertThat(Memory.getInt(message + Wsamsg.CONTROL + Wsabuf.LEN)).isEqualTo(24);
        assertThat(WindowsMessage.segmentBytesOf(block)).as("before an answer").isZero();
        long control = controlOf(message);
        Memory.setLong(control + Wsacmsghdr.CMSG_LEN, 20);
        Memory.setInt(control + Wsacmsghdr.CMSG_LEVEL, 17);
        Memory.setInt(control + Wsacmsghdr.CMSG_TYPE, 3);
        Memory.setInt(control + Wsacmsghdr.SIZE, 1200);
        assertThat(WindowsMessage.segmentBytesOf(block)).isEqualTo(1200);
        Memory.setInt(message + Wsamsg.CONTROL + Wsabuf.LEN, 0);
        assertThat(WindowsMessage.segmentBytesOf(block)).as("none came").isZero();
        WindowsMessage.toReceive(block, BYTES, 65_535);
        assertThat(WindowsMessage.segmentBytesOf(block)).as("of the one before").isZero();
    }

    @Test
    void aSendNamesItsPeerAndTheSizeOfItsDatagrams() {
        Request request = new Request(RequestKind.SEND_TO, this);
        RawAddress to = new RawAddress();
        to.family = RawAddress.IPV4;
        to.low = 0x7F000001;
        to.port = 777;
        request.peer(to);
        request.memory(BYTES, 60_000);
        request.segmentBytes(40_000);
        long message = WindowsMessage.toSend(block, request, RawAddress.IPV4, 0);
        hasPiece(message, 60_000);
        assertThat(Memory.getLong(message + Wsamsg.NAME)).isEqualTo(block);
        assertThat(Memory.getInt(message + Wsamsg.NAMELEN)).isEqualTo(SockaddrIn.SIZE);
        RawAddress named = new RawAddress();
        WindowsMessage.decodeName(block, named);
        assertThat(named).isEqualTo(to);
        long control = controlOf(message);
        assertThat(Memory.getLong(control + Wsacmsghdr.CMSG_LEN)).isEqualTo(20);
        assertThat(Memory.getInt(control + Wsacmsghdr.CMSG_LEVEL)).isEqualTo(17);
        assertThat(Memory.getInt(control + Wsacmsghdr.CMSG_TYPE)).isEqualTo(2);
        assertThat(Memory.getInt(control + Wsacmsghdr.SIZE)).isEqualTo(40_000);
    }

    @Test
    void aSendOfAConnectedSocketNamesNobody() {
        Request request = new Request(RequestKind.SEND, this);
        request.memory(BYTES, 10);
        request.segmentBytes(4);
        long message = WindowsMessage.toSend(block, request, RawAddress.IPV4, 0);
        hasPiece(message, 10);
        assertThat(Memory.getLong(message + Wsamsg.NAME)).isZero();
        assertThat(Memory.getInt(message + Wsamsg.NAMELEN)).isZero();
    }
}
