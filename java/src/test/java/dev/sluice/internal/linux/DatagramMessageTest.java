package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SockaddrIn;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The headers of datagrams, read as the kernel reads them, and answered as it answers. */
@Tag("aarch64")
class DatagramMessageTest {
    private static final long BYTES = 0x1234_5678_9ABCL;

    private final Arena arena = Arena.ofConfined();
    private final long message = arena.allocate(DatagramMessage.SIZE, Long.BYTES).address();

    @AfterEach
    void release() {
        arena.close();
    }

    private void hasPiece(long length) {
        assertThat(Memory.getLong(message + Msghdr.MSG_IOVLEN)).isEqualTo(1);
        long piece = Memory.getLong(message + Msghdr.MSG_IOV);
        assertThat(Memory.getLong(piece + Iovec.IOV_BASE)).isEqualTo(BYTES);
        assertThat(Memory.getLong(piece + Iovec.IOV_LEN)).isEqualTo(length);
    }

    @Test
    void theKernelFindsBufferAndRoomForTheAddress() {
        DatagramMessage.toReceive(message, BYTES, 65_535, false);
        hasPiece(65_535);
        assertThat(Memory.getLong(message + Msghdr.MSG_NAME)).isNotZero();
        assertThat(Memory.getInt(message + Msghdr.MSG_NAMELEN)).isEqualTo(LinuxSockaddr.MAX_SIZE);
        assertThat(Memory.getLong(message + Msghdr.MSG_CONTROL)).isZero();
        assertThat(Memory.getLong(message + Msghdr.MSG_CONTROLLEN)).isZero();
        assertThat(DatagramMessage.segmentBytesOf(message)).isZero();
    }

    /** The kernel writes a shorter length; the next receive offers all the room again. */
    @Test
    void theAddressIsWhatTheKernelWrote() {
        RawAddress from = new RawAddress();
        from.family = RawAddress.IPV4;
        from.low = 0x7F000001;
        from.port = 777;
        DatagramMessage.toReceive(message, BYTES, 1, false);
        long name = Memory.getLong(message + Msghdr.MSG_NAME);
        Memory.setInt(message + Msghdr.MSG_NAMELEN,
                LinuxSockaddr.encode(from, RawAddress.IPV4, name));
        Memory.setInt(message + Msghdr.MSG_FLAGS, -1);
        RawAddress decoded = new RawAddress();
        DatagramMessage.decodeName(message, decoded);
        assertThat(decoded).isEqualTo(from);
        DatagramMessage.toReceive(message, BYTES, 2, false);
        assertThat(Memory.getInt(message + Msghdr.MSG_NAMELEN)).isEqualTo(LinuxSockaddr.MAX_SIZE);
        assertThat(Memory.getInt(message + Msghdr.MSG_FLAGS)).isZero();
    }

    @Test
    void theSizeOfSegmentsIsThatOfTheMessageForIt() {
        DatagramMessage.toReceive(message, BYTES, 65_535, true);
        long control = Memory.getLong(message + Msghdr.MSG_CONTROL);
        assertThat(Memory.getLong(message + Msghdr.MSG_CONTROLLEN))
                .isEqualTo(SegmentControl.SPACE).isEqualTo(24);
        Memory.setLong(control + Cmsghdr.CMSG_LEN, 20);
        Memory.setInt(control + Cmsghdr.CMSG_LEVEL, SocketConstants.IPPROTO_UDP);
        Memory.setInt(control + Cmsghdr.CMSG_TYPE, SocketConstants.UDP_GRO);
        Memory.setInt(control + Cmsghdr.SIZE, 1200);
        assertThat(DatagramMessage.segmentBytesOf(message)).isEqualTo(1200);
        Memory.setInt(control + Cmsghdr.CMSG_TYPE, SocketConstants.UDP_SEGMENT);
        assertThat(DatagramMessage.segmentBytesOf(message)).as("another message").isZero();
        Memory.setInt(control + Cmsghdr.CMSG_TYPE, SocketConstants.UDP_GRO);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, 0);
        assertThat(DatagramMessage.segmentBytesOf(message)).as("none came").isZero();
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
        DatagramMessage.toSend(message, request, RawAddress.IPV4);
        hasPiece(60_000);
        assertThat(Memory.getInt(message + Msghdr.MSG_NAMELEN)).isEqualTo(SockaddrIn.SIZE);
        long control = Memory.getLong(message + Msghdr.MSG_CONTROL);
        assertThat(Memory.getLong(message + Msghdr.MSG_CONTROLLEN)).isEqualTo(24);
        assertThat(Memory.getLong(control + Cmsghdr.CMSG_LEN)).isEqualTo(18);
        assertThat(Memory.getInt(control + Cmsghdr.CMSG_LEVEL)).isEqualTo(17);
        assertThat(Memory.getInt(control + Cmsghdr.CMSG_TYPE)).isEqualTo(103);
        assertThat(Short.toUnsignedInt(Memory.getShort(control + Cmsghdr.SIZE))).isEqualTo(40_000);
    }

    @Test
    void aSendOfAConnectedSocketNamesNobody() {
        Request request = new Request(RequestKind.SEND, this);
        request.memory(BYTES, 10);
        request.segmentBytes(4);
        DatagramMessage.toSend(message, request, RawAddress.IPV4);
        hasPiece(10);
        assertThat(Memory.getLong(message + Msghdr.MSG_NAME)).isZero();
        assertThat(Memory.getInt(message + Msghdr.MSG_NAMELEN)).isZero();
    }
}
