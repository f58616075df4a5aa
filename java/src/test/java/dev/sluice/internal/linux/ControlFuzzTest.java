package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.testing.FuzzTest;
import dev.sluice.testing.Surroundings;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Control messages as recvmsg(2) leaves them, whole, truncated and wrong, and the addresses beside them. Each
 * parser finds the same whatever the memory around them holds, so it reads nothing outside.
 */
public class ControlFuzzTest extends FuzzTest {
    /** A message that is whole and has the size of one that is aligned. */
    private static final byte[] TTL =
            message(SocketConstants.IPPROTO_IP, SocketConstants.IP_TTL, 77, 0);

    @Override
    protected List<byte[]> seeds() {
        int recverr = SocketConstants.IP_RECVERR;
        return List.of(TTL,
                message(SocketConstants.IPPROTO_IP, SocketConstants.IP_TOS, 4, 0),
                message(SocketConstants.IPPROTO_IP, SocketConstants.IP_PKTINFO, 1, 2, 3),
                message(SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_PKTINFO, 1, 2, 3, 4, 5),
                message(SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_HOPLIMIT, 64),
                message(SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_TCLASS, 8),
                message(SocketConstants.IPPROTO_UDP, SocketConstants.UDP_GRO, 1200),
                message(SocketConstants.IPPROTO_IP, recverr, Errno.ECONNREFUSED, 0x0303_02, 0, 0,
                        SocketConstants.AF_INET, 0x0100_007F, 0, 0),
                message(SocketConstants.IPPROTO_IP, recverr, Errno.EMSGSIZE, 1, 1400, 0),
                // The kernel truncates a message to the room; the length field holds what fits.
                ByteBuffer.allocate(Cmsghdr.SIZE + 4).order(ByteOrder.nativeOrder())
                        .putLong(Cmsghdr.SIZE + 4).putInt(SocketConstants.IPPROTO_IP)
                        .putInt(SocketConstants.IP_PKTINFO).putInt(9).array(),
                new byte[]{SocketConstants.AF_UNIX, 0, 'a'},
                new byte[]{SocketConstants.AF_INET, 0});
    }

    private static byte[] message(int level, int type, int... value) {
        int length = Cmsghdr.SIZE + value.length * Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate((length + 7) & -8).order(ByteOrder.nativeOrder());
        bytes.putLong(length).putInt(level).putInt(type);
        for (int each : value) {
            bytes.putInt(each);
        }
        return bytes.array();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            long header = arena.allocate(Msghdr.SIZE, Long.BYTES).address();
            Memory.setLong(header + Msghdr.MSG_CONTROLLEN, input.length);
            Surroundings.sameInAll(input, TTL, at -> detailsOf(header, at));
            Surroundings.sameInAll(input, TTL, at -> SegmentControl.received(header, at));
            Surroundings.sameInAll(input, TTL, at -> errorOf(header, at));
            Surroundings.sameInAll(input, TTL, at -> addressOf(at, input.length));
        }
    }

    private static List<Long> bits(RawAddress address) {
        return List.of((long) address.family, address.high, address.low, (long) address.port,
                (long) address.scopeId, (long) java.util.Arrays.hashCode(address.path));
    }

    private static List<Object> detailsOf(long header, long control) {
        DatagramDetails details = new DatagramDetails();
        DetailControl.decode(header, control, details);
        return List.of(bits(details.destination), details.interfaceIndex, details.hops,
                details.trafficClass);
    }

    private static List<Object> errorOf(long header, long control) {
        try {
            QueuedError error = ErrorQueue.decode(header, control, new RawAddress());
            return List.of(error.outcome(), error.nativeCode(), bits(error.reporter()),
                    error.info());
        } catch (NativeFailure none) {
            assertThat(none).hasMessageContaining("without an error");
            return List.of();
        }
    }

    private static List<Long> addressOf(long from, int length) {
        RawAddress address = new RawAddress();
        try {
            LinuxSockaddr.decode(from, length, address);
        } catch (IllegalArgumentException tooShort) {
            assertThat(tooShort).hasMessageContaining("expected");
            return List.of();
        }
        return bits(address);
    }
}
