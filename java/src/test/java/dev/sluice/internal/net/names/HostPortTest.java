package dev.sluice.internal.net.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.net.Dialer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them. Nothing is looked up or connected to. */
class HostPortTest {
    private static final List<String> PIECES = List.of(
            "unix:", "@", "[", "]", ":", "::", ".", "%", "0", "1", "80", "01", "0x7f", "ffff",
            "127.0.0.1",
            "/", "tmp", "\\x0a", "\n", "\u0000", "ü", "\uD800", "١", "-", "_", " ", "localhost",
            "tcp://",
            "example.org");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tcp://host:80 | a scheme is no part of an address, write 'host:80'",
        "http://host | a scheme is no part of an address, write 'host'",
        "host/path:80 | a host name has letters",
        "user@host:80 | a host name has letters",
        "a b:80 | a host name has letters",
        "0x7f.0.0.1:80 | is no IP address",
        "0x7f000001:80 | is no IP address",
        "127.1:80 | is no IP address",
        "127.0.0.01:80 | without leading zeros",
        "2130706433:80 | is no IP address",
        "host:80:90 | write an IPv6 address in brackets"})
    void theErrorNamesWhatIsWrongWithAText(String text, String message) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "127.0.0.1", "[::1]", ""})
    void aTextWithoutAPortCannotBeDialled(String text) {
        assertThatThrownBy(() -> Dialer.DEFAULT.dial(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address '" + text + "': the port is missing, write '" + text + ":80'");
        assertThatThrownBy(() -> Dialer.DEFAULT.dialFirst(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextForgesNoLineOfALog() {
        assertThatThrownBy(() -> Dialer.DEFAULT.dial("x\nINFO all is well:80"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("address 'x?INFO all is well:80': a host name has letters");
        assertThat(HostPort.parse("unix:@x\ny").text()).isEqualTo("unix:@x\\x0ay");
    }

    @Test
    void anyTextIsAnEndpointOrRefused() {
        Random random = new Random(20261129);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder drawn = new StringBuilder();
            int pieces = random.nextInt(7);
            for (int piece = 0; piece < pieces; piece++) {
                if (random.nextInt(8) == 0) {
                    drawn.append((char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                } else {
                    drawn.append(PIECES.get(random.nextInt(PIECES.size())));
                }
            }
            String text = drawn.toString();
            HostPort endpoint;
            try {
                endpoint = HostPort.parse(text);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as(text).doesNotContainPattern("\\p{Cntrl}");
                continue;
            }
            read++;
            assertThat(endpoint.text()).doesNotContainPattern("\\p{Cntrl}");
            assertThat(HostPort.parse(endpoint.text())).as(text).isEqualTo(endpoint);
            Address literal = endpoint.literal();
            if (literal != null) {
                assertThat(Address.parse(literal.toString())).isEqualTo(literal);
            }
        }
        assertThat(read).isGreaterThan(1000);
    }
}
