package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcFixture;
import dev.sluice.internal.ffi.linux.SockaddrIn;
import dev.sluice.internal.ffi.linux.SockaddrIn6;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.RawAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LinuxSockaddrTest {
    private static final int CASES = 2_000;

    private final LibcFixture c = new LibcFixture();
    private final long memory = c.memory(LinuxSockaddr.MAX_SIZE);
    private final RawAddress decoded = new RawAddress();

    @AfterEach
    void release() {
        c.close();
    }

    @Test
    void anIpv4AddressComesBackAsItWent() {
        Random random = new Random(4);
        for (int i = 0; i < CASES; i++) {
            roundTrip(ipv4(random.nextInt(), random.nextInt(1 << 16)), SockaddrIn.SIZE);
        }
        roundTrip(ipv4(0, 0), SockaddrIn.SIZE);
        roundTrip(ipv4(-1, 65535), SockaddrIn.SIZE);
    }

    @Test
    void anIpv6AddressComesBackAsItWentWithItsScope() {
        Random random = new Random(6);
        for (int i = 0; i < CASES; i++) {
            roundTrip(ipv6(random.nextLong(), random.nextLong(), random.nextInt(1 << 16),
                    random.nextInt()), SockaddrIn6.SIZE);
        }
        roundTrip(ipv6(0, 0, 0, 0), SockaddrIn6.SIZE);
        roundTrip(ipv6(0, 1, 80, 0), SockaddrIn6.SIZE);
        roundTrip(ipv6(0xfe80L << 48, 1, 443, 3), SockaddrIn6.SIZE);
        roundTrip(ipv6(0, 0xfffe_7f00_0001L, 65535, -1), SockaddrIn6.SIZE);
    }

    @Test
    void anIpv6SocketNamesIpv4AddressesItsOwnWay() {
        RawAddress address = ipv4(0x7f000001, 80);
        int length = LinuxSockaddr.encode(address, RawAddress.IPV6, memory);
        assertThat(length).isEqualTo(SockaddrIn6.SIZE);
        assertThat(Memory.getLongBigEndian(memory + SockaddrIn6.SIN6_ADDR)).isZero();
        assertThat(Memory.getLongBigEndian(memory + SockaddrIn6.SIN6_ADDR + 8))
                .isEqualTo(0xffff_7f00_0001L);
        LinuxSockaddr.decode(memory, length, decoded);
        assertThat(decoded).isEqualTo(address);
    }

    @Test
    void unixNamesComeBackAsTheyWent() {
        Random random = new Random(1);
        for (int length = 1; length <= 107; length++) {
            byte[] path = new byte[length];
            for (int i = 0; i < length; i++) {
                path[i] = (byte) (1 + random.nextInt(255));
            }
            roundTrip(unix(path), 2 + length + 1);
            byte[] name = new byte[length + 1];
            random.nextBytes(name);
            name[0] = 0;
            roundTrip(unix(name), 2 + name.length);
        }
        roundTrip(unix(new byte[0]), 2);
    }

    private void roundTrip(RawAddress address, int expectedLength) {
        // What was there before must not shine through.
        Memory.fill(memory, LinuxSockaddr.MAX_SIZE, (byte) 0xa5);
        int length = LinuxSockaddr.encode(address, address.family, memory);
        assertThat(length).isEqualTo(expectedLength);
        decoded.path = new byte[]{9};
        decoded.scopeId = 9;
        LinuxSockaddr.decode(memory, length, decoded);
        assertThat(decoded).isEqualTo(address);
    }

    @Test
    void theBytesAreThoseOfTheNetwork() throws Exception {
        int length = LinuxSockaddr.encode(
                ipv4(0x7f000001, 0x1234), RawAddress.IPV4, memory);
        assertThat(bytes(length)).isEqualTo(
                new byte[]{2, 0, 0x12, 0x34, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});

        byte[] ip = InetAddress.getByName("fe80::102:304:506:708").getAddress();
        ByteBuffer bits = ByteBuffer.wrap(ip);
        RawAddress address = ipv6(bits.getLong(), bits.getLong(), 0x5678, 2);
        assertThat(LinuxSockaddr.encode(address, address.family, memory))
                .isEqualTo(SockaddrIn6.SIZE);
        byte[] all = bytes(SockaddrIn6.SIZE);
        assertThat(Arrays.copyOf(all, 8)).isEqualTo(new byte[]{10, 0, 0x56, 0x78, 0, 0, 0, 0});
        assertThat(Arrays.copyOfRange(all, 8, 24)).isEqualTo(ip);
        assertThat(Arrays.copyOfRange(all, 24, 28)).isEqualTo(new byte[]{2, 0, 0, 0});
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Memory.copyOut(memory, bytes, 0, length);
        return bytes;
    }

    @Test
    void anUnixNameThatTheKernelCannotTakeIsRefusedWithItsLimit() {
        byte[] path = new byte[108];
        Arrays.fill(path, (byte) 'x');
        assertThatThrownBy(() -> LinuxSockaddr.encode(unix(path), RawAddress.UNIX, memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("107").hasMessageContaining("108");
        byte[] name = new byte[109];
        assertThatThrownBy(() -> LinuxSockaddr.encode(unix(name), RawAddress.UNIX, memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("108").hasMessageContaining("109");
        assertThatThrownBy(
                () -> LinuxSockaddr.encode(unix(new byte[]{'a', 0, 'b'}), RawAddress.UNIX, memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero");
    }

    @Test
    void noAddressAndForeignFamiliesAreNone() {
        for (int length : new int[]{0, 1}) {
            LinuxSockaddr.decode(memory, length, decoded);
            assertThat(decoded.family).isEqualTo(RawAddress.NONE);
        }
        Memory.setShort(memory, (short) 17);
        LinuxSockaddr.decode(memory, 20, decoded);
        assertThat(decoded).isEqualTo(new RawAddress());
        assertThat(LinuxSockaddr.encode(decoded, decoded.family, memory))
                .isEqualTo(SockaddrIn.SIZE);
        assertThat(Memory.getShort(memory)).isEqualTo((short) SocketConstants.AF_UNSPEC);
    }

    @Test
    void aCutAddressIsRefused() {
        LinuxSockaddr.encode(ipv6(1, 2, 3, 4), RawAddress.IPV6, memory);
        assertThatThrownBy(() -> LinuxSockaddr.decode(memory, 27, decoded))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("28");
    }

    @Test
    void theKernelUnderstandsThemAll(@TempDir Path folder) {
        bindsTo(ipv4(0x7f000001, 0));
        bindsTo(ipv4(0, 0));
        bindsTo(unix(folder.resolve("socket").toString().getBytes(StandardCharsets.UTF_8)));
        bindsTo(unix(("\0sluice test " + System.nanoTime()).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theKernelUnderstandsIpv6() {
        bindsTo(ipv6(0, 1, 0, 0));
        bindsTo(ipv6(0, 0, 0, 0));
    }

    private void bindsTo(RawAddress address) {
        int fd = switch (address.family) {
            case RawAddress.IPV4 -> c.tcp();
            case RawAddress.IPV6 -> c.ipv6();
            default -> c.descriptor(Libc.socket(
                    c.state(), SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0));
        };
        c.ok(Libc.bind(c.state(), fd, memory,
                LinuxSockaddr.encode(address, address.family, memory)));
        RawAddress bound = nameOf(fd);
        if (address.family != RawAddress.UNIX) {
            assertThat(bound.port).isPositive();
            bound.port = 0;
        }
        assertThat(bound).isEqualTo(address);
    }

    private RawAddress nameOf(int fd) {
        long length = c.memory(4);
        Memory.setInt(length, LinuxSockaddr.MAX_SIZE);
        c.ok(Libc.getsockname(c.state(), fd, memory, length));
        LinuxSockaddr.decode(memory, Memory.getInt(length), decoded);
        return decoded;
    }

    @Test
    void anUnboundUnixSocketHasNoNameAndGetsAnAbstractOne() {
        int fd = c.descriptor(Libc.socket(
                c.state(), SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0));
        assertThat(nameOf(fd)).isEqualTo(unix(new byte[0]));
        c.ok(Libc.bind(
                c.state(), fd, memory,
                LinuxSockaddr.encode(unix(new byte[0]), RawAddress.UNIX, memory)));
        RawAddress chosen = nameOf(fd);
        assertThat(chosen.path).hasSizeGreaterThan(1).startsWith((byte) 0);
    }

    private static RawAddress ipv4(int bits, int port) {
        RawAddress address = new RawAddress();
        address.family = RawAddress.IPV4;
        address.low = Integer.toUnsignedLong(bits);
        address.port = port;
        return address;
    }

    private static RawAddress ipv6(long high, long low, int port, int scopeId) {
        RawAddress address = new RawAddress();
        address.family = RawAddress.IPV6;
        address.high = high;
        address.low = low;
        address.port = port;
        address.scopeId = scopeId;
        return address;
    }

    private static RawAddress unix(byte[] path) {
        RawAddress address = new RawAddress();
        address.family = RawAddress.UNIX;
        address.path = path;
        return address;
    }
}
