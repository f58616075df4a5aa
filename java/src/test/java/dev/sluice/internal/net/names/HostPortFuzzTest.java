package dev.sluice.internal.net.names;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.testing.FuzzTest;
import java.util.List;

/** Addresses as people write them, names of hosts included. */
public class HostPortFuzzTest extends FuzzTest {
    @Override
    protected List<byte[]> seeds() {
        return List.of(text("example.org:80"), text("127.0.0.1:80"), text("[::1]:80"), text(":80"),
                text("unix:/run/x"), text("localhost"), text("unix"), text("[fe80::1%1]"),
                text("0x7f.1:80"),
                text("127.1"), text("https://example.org:443"), text("b\u00fccher.example:8080"),
                text("[::1]80"), text("a:b:c"), text("1.2.3.4:65536"));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        HostPort parsed;
        try {
            parsed = HostPort.parse(text);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage().codePoints()).noneMatch(Character::isISOControl);
            assertThat(addressOf(text)).as("of the address that %s is", text).isNull();
            return;
        }
        assertThat(parsed.port()).isBetween(HostPort.NO_PORT, 65535);
        assertThat(parsed.portOrFree()).isBetween(0, 65535);
        Address literal = parsed.literal();
        if (literal != null) {
            assertThat(Address.parse(literal.toString())).isEqualTo(literal);
            assertThat(HostPort.parse(literal.toString()).literal()).isEqualTo(literal);
        } else if (!parsed.host().equals("unix")) { // With a port it is the path of a Unix socket.
            assertThat(HostPort.isLiteral(parsed.host())).isFalse();
            String whole = parsed.host() + ":" + parsed.portOrFree();
            HostPort again = HostPort.parse(whole);
            assertThat(again).isEqualTo(
                    new HostPort(whole, parsed.host(), parsed.portOrFree(), null));
        }
        if (parsed.port() != HostPort.NO_PORT) {
            assertThat(HostPort.toDial(text)).isEqualTo(parsed);
            assertThat(addressOf(text)).isEqualTo(literal);
        }
    }

    /** Returns the address that the text is for the core, or null. */
    private static Address addressOf(String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException refused) {
            return null;
        }
    }
}
