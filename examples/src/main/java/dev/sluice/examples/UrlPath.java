package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the path of a URL into the name of a file below a folder. */
final class UrlPath {
    private UrlPath() {}

    /**
     * Returns the name, without its first slash; or null if no file may be found by it: a part of it is empty, ".",
     * or "..", it has a character that separates names on any operating system, or it is not UTF-8.
     */
    static @Nullable String decode(String path) {
        String name = decodePercents(path);
        if (name == null || !name.startsWith("/") || name.chars().anyMatch(UrlPath::isForbidden)) {
            return null;
        }
        String relative = name.substring(1);
        String parts = relative.endsWith("/")
                ? relative.substring(0, relative.length() - 1)
                : relative;
        boolean odd = !relative.isEmpty() && Arrays.stream(parts.split("/", -1))
                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (odd) {
            return null;
        }
        return relative.isEmpty() ? "index.html" : relative;
    }

    private static boolean isForbidden(int character) {
        return character < ' ' || character == '\\' || character == ':' || character == 0x7F;
    }

    private static @Nullable String decodePercents(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '%') {
                bytes.writeBytes(path.substring(i, i + 1).getBytes(ISO_8859_1));
                continue;
            }
            int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(path.charAt(i + 2), 16);
            if (low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
