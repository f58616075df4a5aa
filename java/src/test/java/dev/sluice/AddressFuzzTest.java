package dev.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.testing.FuzzTest;
import java.util.Arrays;
import java.util.List;

/** Texts of addresses, and the names of Unix sockets that a kernel reports. */
public class AddressFuzzTest extends FuzzTest {
    private static final int MAX_UNIX_BYTES = 107;

    @Override
    protected List<byte[]> seeds() {
        return List.of(text("127.0.0.1:80"), text("[::1]:65535"), text("[fe80::1%2]:0"),
                text("[::ffff:1.2.3.4]:1"), text("unix:/run/x.sock"), text("unix:@name"),
                text("unix:\\x0a\\x00"), text("unix:(unnamed)"), text("unix:./@x"),
                text("@" + "x".repeat(106)), text("unix:\\x40" + "x".repeat(106)),
                text("unix:" + "x".repeat(108)), text("010.0.0.1:80"),
                text("http://1.2.3.4:5"), text("[1:2:3:4:5:6:7:8]:9"),
                new byte[]{0, '@', (byte) 0xC3, (byte) 0xA9}, new byte[]{'/', (byte) 0xED});
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        try {
            isPrintedAsItIsRead(Address.parse(text));
        } catch (IllegalArgumentException refused) {
            isOneLine(refused);
        }
        try {
            Address literal = Address.of(text, 7);
            assertThat(literal.port()).isEqualTo(7);
            isPrintedAsItIsRead(literal);
        } catch (IllegalArgumentException refused) {
            isOneLine(refused);
        }
        if (input.length <= MAX_UNIX_BYTES && hasNameOfOne(input)) {
            RawAddress raw = new RawAddress();
            raw.family = RawAddress.UNIX;
            raw.path = input;
            isPrintedAsItIsRead(Address.copyOf(raw));
        }
    }

    /** Returns true for a name that a kernel reports: an abstract one, or a path without zeros. */
    private static boolean hasNameOfOne(byte[] path) {
        return path.length == 0 || path[0] == 0
                || new String(path, UTF_8).indexOf('\0') < 0;
    }

    private static void isPrintedAsItIsRead(Address address) {
        String printed = address.toString();
        assertThat(printed.codePoints()).as(printed).noneMatch(Character::isISOControl);
        Address again = Address.parse(printed);
        assertThat(again.toString()).isEqualTo(printed);
        if (address.isUnix()) {
            // Without a folder, "@x" and "./@x" name one file; the text has the second.
            byte[] path = address.raw().path;
            assertThat(Arrays.equals(again.raw().path, path) || printed.startsWith("unix:./"))
                    .as(printed).isTrue();
        } else {
            assertThat(again).isEqualTo(address);
            assertThat(again.hashCode()).isEqualTo(address.hashCode());
        }
    }

    private static void isOneLine(IllegalArgumentException refused) {
        assertThat(refused.getMessage().codePoints()).as(refused.getMessage())
                .noneMatch(Character::isISOControl);
    }
}
