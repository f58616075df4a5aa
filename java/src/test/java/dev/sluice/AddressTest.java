package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as text, as the JDK has them, and as input of people. */
@Tag("aarch64")
class AddressTest {
    /** The same draws in each run. */
    private final Random random = new Random(20_251_121);

    /** Bytes as addresses have them: with runs of zeroes and of ones. */
    private byte[] draw(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i += 2) {
            int group = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(1 << 16);
                case 1 -> random.nextInt(16);
                case 2 -> 0xFFFF;
                default -> 0;
            };
            bytes[i] = (byte) (group >>> 8);
            bytes[i + 1] = (byte) group;
        }
        return bytes;
    }

    private static byte[] bytesOf(Address address) {
        return address.toInetSocketAddress().getAddress().getAddress();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void theJdkAndWeReadEachOthersText(int length) throws UnknownHostException {
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = draw(length);
            int port = random.nextInt(65536);
            InetAddress theirs = length == 4
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, 0);
            Address ours = Address.from(new InetSocketAddress(theirs, port));
            assertThat(bytesOf(ours)).as(ours.toString()).isEqualTo(bytes);
            assertThat(ours.port()).isEqualTo(port);
            assertThat(ours.isIpv6()).isEqualTo(length == 16);

            assertThat(Address.parse(ours.toString())).isEqualTo(ours).hasSameHashCodeAs(ours);
            String theirText = theirs.getHostAddress();
            String literal = length == 16 ? theirText.replaceFirst("%.*", "") : theirText;
            assertThat(Address.of(literal, port)).isEqualTo(ours);

            String ourText = ours.toString().replaceFirst(":\\d+$", "");
            String bare = length == 16 ? ourText.substring(1, ourText.length() - 1) : ourText;
            InetAddress read = InetAddress.ofLiteral(bare);
            // The JDK makes ::ffff:1.2.3.4 an IPv4 address of four bytes.
            byte[] tail = new byte[read.getAddress().length];
            System.arraycopy(bytes, length - tail.length, tail, 0, tail.length);
            assertThat(read.getAddress()).as(bare).isEqualTo(tail);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "[::]:0 [::]:0",
        "[::1]:80 [::1]:80",
        "[1::]:80 [1::]:80",
        "[0:0:0:0:0:0:0:0]:1 [::]:1",
        "[2001:DB8::0001]:80 [2001:db8::1]:80",
        "[2001:db8:0:0:1:0:0:1]:80 [2001:db8::1:0:0:1]:80",
        "[2001:db8:0:1:1:1:1:1]:80 [2001:db8:0:1:1:1:1:1]:80",
        "[1:0:0:2:0:0:0:3]:80 [1:0:0:2::3]:80",
        "[::ffff:10.1.2.3]:80 [::ffff:10.1.2.3]:80",
        "[::ffff:a01:203]:80 [::ffff:10.1.2.3]:80",
        "[fe80::1%7]:80 [fe80::1%7]:80",
        "[fe80::1%0]:80 [fe80::1]:80",
        "0.0.0.0:0 0.0.0.0:0",
        "255.255.255.255:65535 255.255.255.255:65535",
        "unix:/run/x.sock unix:/run/x.sock",
        "unix:x.sock unix:x.sock",
        "unix:./@x unix:./@x",
        "unix:@name unix:@name",
        "unix:@ unix:@"})
    void textIsReadAndWrittenInItsShortestForm(String text, String shortest) {
        Address address = Address.parse(text);
        assertThat(address).hasToString(shortest);
        assertThat(Address.parse(shortest)).isEqualTo(address).hasSameHashCodeAs(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | use 127.0.0.1:80",
        "127.0.0.1 | use 127.0.0.1:80",
        "::1:80 | use 127.0.0.1:80",
        "[::1] | use 127.0.0.1:80",
        "[::1]80 | use 127.0.0.1:80",
        "127.0.0.1: | port is not a number",
        "127.0.0.1:http | port is not a number",
        "127.0.0.1:+80 | port is not a number",
        "127.0.0.1:-1 | port is not a number",
        "127.0.0.1:٨٠ | port is not a number",
        "127.0.0.1:80 80 | port is not a number",
        "127.0.0.1:65536 | above 65535",
        "127.0.0.1:99999999999999 | above 65535",
        ":80 | the host is missing",
        "80:80 | is no IP address",
        "localhost:80 | host names are not resolved here",
        "256.0.0.1:80 | is no IP address",
        "1.2.3:80 | is no IP address",
        "010.0.0.1:80 | without leading zeros",
        "127.0.0.01:80 | without leading zeros",
        "127.0.0.00:80 | without leading zeros",
        "0x7f.0.0.1:80 | is no IP address",
        "+1.2.3.4:80 | is no IP address",
        "1..2.3:80 | is no IP address",
        "1.2.3.٤:80 | is no IP address",
        "[::ffff:127.0.0.01]:80 | is no IP address",
        "[::1.2.3.4.5]:80 | is no IP address",
        "[1:2:3:4:5:6:7:1.2.3.4]:80 | is no IP address",
        "[1:2:3:4:5:6:7:8:9]:80 | is no IP address",
        "[1:2:3:4:5:6:7]:80 | is no IP address",
        "[1:2:3:4::5:6:7:8]:80 | is no IP address",
        "[00001::]:80 | is no IP address",
        "[:1]:80 | is no IP address",
        "[1:]:80 | is no IP address",
        "[:::]:80 | is no IP address",
        "[１::]:80 | is no IP address",
        "tcp://127.0.0.1:80 | a scheme is no part of an address, write '127.0.0.1:80'",
        "http:// | a scheme is no part of an address, write 127.0.0.1:80",
        "1.2.3.4.5:80 | is no IP address",
        "[127.0.0.1]:80 | brackets are for IPv6",
        "[]:80 | brackets are for IPv6",
        "[1::2::3]:80 | is no IP address",
        "[[::1]]:80 | is no IP address",
        "[::12345]:80 | is no IP address",
        "127.0.0.1%1:80 | only IPv6 addresses have a scope",
        "[fe80::1%nosuchcard]:80 | no network interface is named 'nosuchcard'",
        "[fe80::1%99999999999]:80 | no index of a network interface",
        "[fe80::1%]:80 | no network interface is named ''",
        "unix: | path of a Unix socket is empty"})
    void theErrorNamesWhatIsWrongWithAText(String text, String message) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aPortOutOfBoundsIsNamed(int port) {
        assertThatThrownBy(() -> Address.loopback(port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port " + port + ": use 0 to 65535");
        assertThatThrownBy(() -> Address.of("::1", port))
                .hasMessage("port " + port + ": use 0 to 65535");
    }

    @Test
    void aScopeMayBeTheNameOfAnInterface() throws Exception {
        NetworkInterface loopback = NetworkInterface.networkInterfaces()
                .filter(AddressTest::isLoopback)
                .findFirst()
                .orElseThrow();
        Address address = Address.of("fe80::1%" + loopback.getName(), 80);
        assertThat(address.scopeId()).isEqualTo(loopback.getIndex());
        assertThat(address).hasToString("[fe80::1%" + loopback.getIndex() + "]:80");
        assertThat(address).isNotEqualTo(Address.of("fe80::1", 80));
    }

    private static boolean isLoopback(NetworkInterface one) {
        try {
            return one.isLoopback();
        } catch (java.net.SocketException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void theScopeGoesToTheJdkAndBack() {
        Address address = Address.parse("[fe80::1:2%3]:80");
        InetSocketAddress theirs = address.toInetSocketAddress();
        assertThat(((Inet6Address) theirs.getAddress()).getScopeId()).isEqualTo(3);
        assertThat(Address.from(theirs)).isEqualTo(address);
        assertThat(address.withPort(81)).hasToString("[fe80::1:2%3]:81");
    }

    @Test
    void theNamedAddressesAreThoseOfTheJdk() throws UnknownHostException {
        assertThat(Address.loopback(1).toInetSocketAddress())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1));
        assertThat(Address.loopback6(1).toInetSocketAddress().getAddress())
                .isEqualTo(InetAddress.ofLiteral("::1"));
        assertThat(Address.any(2).toInetSocketAddress().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(Address.any6(2).toInetSocketAddress().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(Address.any(2)).isNotEqualTo(Address.any6(2));
    }

    @Test
    void anUnresolvedAddressIsRefused() {
        assertThatThrownBy(() -> Address.from(InetSocketAddress.createUnresolved("host", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not resolved");
    }

    @Test
    void aUnixAddressHasNoPortAndIsNoInetAddress() {
        Address address = Address.unix(Path.of("/run/x"));
        assertThat(address.isUnix()).isTrue();
        assertThat(address.port()).isZero();
        assertThatThrownBy(() -> address.withPort(1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no port");
        assertThatThrownBy(address::toInetSocketAddress)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unix:/run/x is no IP address");
        assertThat(address).isNotEqualTo(Address.unixAbstract("/run/x"));
        assertThat(Address.unixAbstract("x")).hasToString("unix:@x");
    }

    @Test
    void aFileWhoseNameBeginsLikeAnAbstractOneStaysAFile() {
        assertThat(Address.unix(Path.of("@x"))).hasToString("unix:./@x");
        assertThat(Address.parse("unix:./@x")).isNotEqualTo(Address.unixAbstract("x"));
    }

    @Test
    void theNameOfAUnixSocketIsWrittenOnOneLineAndReadBack() {
        Address forged = Address.unixAbstract("x\n2026-11-29 INFO logged in\u001b[2J\u2028\u202e");
        assertThat(forged).hasToString("unix:@x\\x0a2026-11-29 INFO logged in\\x1b[2J"
                + "\\xe2\\x80\\xa8\\xe2\\x80\\xae");
        assertThat(Address.parse(forged.toString())).isEqualTo(forged);
        Address file = Address.unix(Path.of("/tmp/tab\there"));
        assertThat(file).hasToString("unix:/tmp/tab\\x09here");
        assertThat(Address.parse(file.toString())).isEqualTo(file);
        assertThat(file.file()).contains(Path.of("/tmp/tab\there"));
        assertThat(forged.file()).isEmpty();
        Address plain = Address.unix(Path.of("/tmp/größe \uD83D\uDE00 \\x"));
        assertThat(plain).hasToString("unix:/tmp/größe \uD83D\uDE00 \\x");
        assertThat(Address.parse(plain.toString())).isEqualTo(plain);
    }

    @Test
    void anEscapeInANameIsNoEscapeAfterwards() {
        Address address = Address.unixAbstract("\\x41");
        assertThat(address).hasToString("unix:@\\x5cx41");
        assertThat(Address.parse(address.toString())).isEqualTo(address);
        assertThat(Address.parse("unix:@\\x41")).isEqualTo(Address.unixAbstract("A"));
        // Bytes that are no UTF-8, as a peer may have them.
        assertThat(Address.parse("unix:@\\xff\\xc3")).hasToString("unix:@\\xff\\xc3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:(unnamed)", "unix:./(unnamed)", "unix:./@x", "unix:\\x40x"})
    void oddNamesOfUnixSocketsAreReadBack(String text) {
        Address address = Address.parse(text);
        assertThat(Address.parse(address.toString())).isEqualTo(address);
        assertThat(Address.unix(Path.of("(unnamed)")))
                .isNotEqualTo(Address.parse("unix:(unnamed)"));
    }

    @Test
    void whatIsWrongIsQuotedOnOneLine() {
        assertThatThrownBy(() -> Address.parse("host\nINFO all is well:80"))
                .hasMessage("'host\\x0aINFO all is well' is no IP address;"
                        + " host names are not resolved here");
    }

    @Test
    void aUnixNameThatIsTooLongIsRefusedWithTheLimitAndItsLength() {
        String longest = "/" + "x".repeat(106);
        assertThat(Address.unix(Path.of(longest))).hasToString("unix:" + longest);
        assertThatThrownBy(() -> Address.unix(Path.of(longest + "ü")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the path of a Unix socket has at most 107 bytes, this one has 109: "
                        + longest + "ü");
        assertThatThrownBy(() -> Address.parse("unix:@" + "y".repeat(108)))
                .hasMessageStartingWith(
                        "the abstract name of a Unix socket has at most 107 bytes, this one has 108");
        assertThat(Address.unixAbstract("y".repeat(107)).isUnix()).isTrue();
    }

    @Test
    void aNameThatUtf8CannotWriteIsRefused() {
        assertThatThrownBy(() -> Address.unixAbstract("a\uD800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> Address.parse("unix:/a\\x00b"))
                .hasMessageContaining("zero byte");
    }

    // ---- random texts -------------------------------------------------------------------------

    private static final List<String> PIECES = List.of(
            "unix:", "@", "[", "]", ":", "::", ".", "%", "0", "1", "7", "80", "255", "256", "01",
            "0x7f", "ffff", "fe80", "127.0.0.1", "1.2", "lo", "/", "//", "tmp", "\\x", "\\x0a",
            "\\", "(unnamed)", "\n", "\u0000", "ü", "\uD83D\uDE00", "\uD800", "١", "-", "+", " ",
            "localhost", "tcp://", "e.g");

    private String drawText() {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(9);
        for (int i = 0; i < pieces; i++) {
            if (random.nextInt(5) == 0) {
                text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65536));
            } else {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
        }
        return text.toString();
    }

    @Test
    void anyTextIsAnAddressWhoseTextIsReadBackOrRefused() {
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            String text = drawText();
            Address address;
            try {
                address = Address.parse(text);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as(text).doesNotContainPattern("\\p{Cntrl}");
                continue;
            }
            read++;
            String written = address.toString();
            assertThat(written).doesNotContainPattern("\\p{Cntrl}");
            assertThat(Address.parse(written)).as(text).isEqualTo(address);
            assertThat(Address.parse(written)).hasToString(written);
        }
        assertThat(read).isGreaterThan(1000);
    }
}
