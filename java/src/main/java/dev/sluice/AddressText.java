package dev.sluice;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** How addresses are written. */
final class AddressText {
    private static final int GROUPS = 8;

    /** The text of a Unix socket that was never bound. */
    private static final String UNNAMED = "(unnamed)";

    /** Characters of an escape. */
    private static final int ESCAPE_LENGTH = 4;

    private AddressText() {}

    static String ipv4(long bits) {
        return (bits >>> 24 & 255)
                + "."
                + (bits >>> 16 & 255)
                + "."
                + (bits >>> 8 & 255)
                + "."
                + (bits & 255);
    }

    /**
     * RFC 5952: lower case, no leading zeroes, the longest run of two or more zero groups as "::",
     * and the IPv4 address within an IPv6 one as such.
     */
    static String ipv6(long high, long low) {
        if (high == 0 && low >>> 32 == 0xFFFF) {
            return "::ffff:" + ipv4(low);
        }
        int runStart = -1;
        int runLength = 1;
        int start = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (group(high, low, i) != 0) {
                start = i + 1;
            } else if (i + 1 - start > runLength) {
                runStart = start;
                runLength = i + 1 - start;
            }
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < GROUPS) {
            if (i == runStart) {
                text.append("::");
                i += runLength;
                continue;
            }
            boolean afterRun = runStart >= 0 && i == runStart + runLength;
            if (i > 0 && !afterRun) {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
            i++;
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }

    // ---- Unix sockets --------------------------------------------------------------------------

    static String unix(byte[] path) {
        if (path.length == 0) {
            return UNNAMED;
        }
        if (path[0] == 0) {
            return "@" + printable(path, 1);
        }
        byte[] file = inWorkingFolder(path);
        return file[0] == '@' ? "\\x40" + printable(file, 1) : printable(file, 0);
    }

    /**
     * Names the folder where a file's name alone would read as another kind of address. A path too
     * long for the prefix is escaped instead.
     */
    static byte[] inWorkingFolder(byte[] path) {
        boolean misread = path[0] == '@' || Arrays.equals(path, bytesOf(UNNAMED));
        return misread && path.length + 2 <= Address.MAX_UNIX_BYTES
                ? ByteBuffer.allocate(path.length + 2).put((byte) '.').put((byte) '/').put(path)
                        .array()
                : path;
    }

    /** The bytes that {@link #unix} has written, from an index of the text on. */
    static byte[] unixPath(String text, int from) {
        String name = text.substring(from);
        if (name.equals(UNNAMED)) {
            return new byte[0];
        }
        byte[] bytes = unescaped(name);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("the path of a Unix socket is empty");
        }
        if (bytes[0] == 0) {
            throw new IllegalArgumentException("address " + quote(text)
                    + ": write @ before an abstract name");
        }
        if (name.charAt(0) == '@') {
            bytes[0] = 0;
        }
        return bytes;
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            if (isEscape(text, at)) {
                bytes.write(HexFormat.fromHexDigits(text, at + 2, at + ESCAPE_LENGTH));
                at += ESCAPE_LENGTH;
            } else {
                int units = Character.charCount(text.codePointAt(at));
                bytes.writeBytes(bytesOf(text.substring(at, at + units)));
                at += units;
            }
        }
        return bytes.toByteArray();
    }

    /** UTF-8. Half a surrogate pair would become a question mark, and that is another name. */
    static byte[] bytesOf(String text) {
        if (text.codePoints().anyMatch(c -> c <= 0xFFFF && Character.isSurrogate((char) c))) {
            throw new IllegalArgumentException(
                    quote(text) + " has half of a surrogate pair, which UTF-8 cannot write");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- what cannot be printed ------------------------------------------------------------------

    /** Any text for a message: it stays on its line and steers no terminal. */
    static String quote(String text) {
        return "'" + printable(text.getBytes(StandardCharsets.UTF_8), 0) + "'";
    }

    private static String printable(byte[] bytes, int from) {
        StringBuilder text = new StringBuilder();
        int at = from;
        while (at < bytes.length) {
            String character = characterAt(bytes, at);
            if (isPrintable(character) && !beginsEscape(bytes, at)) {
                text.append(character);
                at += character.getBytes(StandardCharsets.UTF_8).length;
            } else {
                text.append("\\x").append(HexFormat.of().toHexDigits(bytes[at]));
                at++;
            }
        }
        return text.toString();
    }

    /** The character that begins there, empty if the bytes are not UTF-8. */
    private static String characterAt(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (at + length > bytes.length) {
            return "";
        }
        byte[] part = Arrays.copyOfRange(bytes, at, at + length);
        String text = new String(part, StandardCharsets.UTF_8);
        boolean whole = text.codePointCount(0, text.length()) == 1
                && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), part);
        return whole ? text : "";
    }

    private static boolean isPrintable(String character) {
        return !character.isEmpty()
                && switch (Character.getType(character.codePointAt(0))) {
                    case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
                            Character.PRIVATE_USE, Character.UNASSIGNED ->
                        false;
                    default -> true;
                };
    }

    private static boolean beginsEscape(byte[] bytes, int at) {
        int length = Math.min(ESCAPE_LENGTH, bytes.length - at);
        return isEscape(new String(bytes, at, length, StandardCharsets.ISO_8859_1), 0);
    }

    private static boolean isEscape(String text, int at) {
        return text.startsWith("\\x", at)
                && at + ESCAPE_LENGTH <= text.length()
                && HexFormat.isHexDigit(text.charAt(at + 2))
                && HexFormat.isHexDigit(text.charAt(at + 3));
    }
}
