package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Wsacmsghdr;
import dev.sluice.internal.spi.DatagramDetails;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.testing.FuzzTest;
import dev.sluice.testing.Surroundings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Control messages as WSARecvMsg leaves them, whole, truncated and wrong, and the addresses beside them. Each
 * parser finds the same whatever the memory around them holds, so it reads nothing outside.
 */
public class WindowsControlFuzzTest extends FuzzTest {
    private static final byte[] TTL =
            message(WinsockConstants.IPPROTO_IP, WinsockConstants.IP_TTL, 77, 0);

    @Override
    protected List<byte[]> seeds() {
        return List.of(TTL,
                message(WinsockConstants.IPPROTO_IP, WinsockConstants.IP_TOS, 4),
                message(WinsockConstants.IPPROTO_IP, WinsockConstants.IP_PKTINFO, 1, 2),
                message(WinsockConstants.IPPROTO_IPV6, WinsockConstants.IPV6_PKTINFO, 1, 2, 3, 4,
                        5),
                message(WinsockConstants.IPPROTO_IPV6, WinsockConstants.IPV6_HOPLIMIT, 64),
                message(WinsockConstants.IPPROTO_IPV6, WinsockConstants.IPV6_TCLASS, 8),
                message(WinsockConstants.IPPROTO_UDP, WinsockConstants.UDP_COALESCED_INFO, 1200),
                ByteBuffer.allocate(Wsacmsghdr.SIZE + 4).order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(Wsacmsghdr.SIZE + 4).putInt(WinsockConstants.IPPROTO_IPV6)
                        .putInt(WinsockConstants.IPV6_PKTINFO).putInt(9).array(),
                new byte[]{WinsockConstants.AF_INET, 0, 1}, new byte[]{
                    WinsockConstants.AF_INET6, 0});
    }

    private static byte[] message(int level, int type, int... value) {
        int length = Wsacmsghdr.SIZE + value.length * Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate((length + 7) & -8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).putInt(level).putInt(type);
        for (int each : value) {
            bytes.putInt(each);
        }
        return bytes.array();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Surroundings.sameInAll(input, TTL, at -> detailsOf(at, input.length));
        Surroundings.sameInAll(input, TTL, at -> WindowsDetails.segmentBytes(at, input.length));
        Surroundings.sameInAll(input, TTL, at -> {
            RawAddress address = new RawAddress();
            WindowsSockaddr.decode(at, input.length, address);
            return bits(address);
        });
    }

    private static List<Long> bits(RawAddress address) {
        return List.of((long) address.family, address.high, address.low, (long) address.port,
                (long) address.scopeId);
    }

    private static List<Object> detailsOf(long control, int length) {
        DatagramDetails details = new DatagramDetails();
        WindowsDetails.decode(control, length, details);
        return List.of(bits(details.destination), details.interfaceIndex, details.hops,
                details.trafficClass);
    }
}
