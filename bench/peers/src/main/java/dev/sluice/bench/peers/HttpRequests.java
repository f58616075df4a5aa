package dev.sluice.bench.peers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds the ends of the requests of HTTP/1.1 in the bytes of one connection, which may come in any
 * pieces. Request lines and headers are checked and bodies with a Content-Length are passed over;
 * what a server of GET does not need, such as chunked bodies, is refused.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112: HTTP/1.1</a>
 */
final class HttpRequests {
    /** What answers a request. */
    static final byte[] ANSWER = ascii("HTTP/1.1 200 OK", "Content-Type: text/plain",
            "Content-Length: 13", "", "Hello, World!");

    /** What answers a request that is refused; the connection ends behind it. */
    static final byte[] REFUSAL = ascii("HTTP/1.1 400 Bad Request", "Connection: close",
            "Content-Length: 0", "", "");

    private static final int FIRST_BYTES = 128;
    private static final int MOST_LINE_BYTES = 8192;
    private static final int MOST_HEADERS = 100;
    private static final int MOST_DIGITS = 9;
    private static final byte[] VERSION = ascii("HTTP/1.1");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");

    /** What the next byte belongs to. */
    private enum Place {
        REQUEST_LINE, HEADERS, BODY, NOTHING
    }

    private Place place = Place.REQUEST_LINE;
    private byte[] line = new byte[FIRST_BYTES];
    private int lineBytes;
    private int headers;
    private long bodyBytes;
    private boolean closes;
    private boolean refused;

    private static byte[] ascii(String... lines) {
        return String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the next bytes; returns how many requests end in them. */
    int parse(byte[] bytes, int count) {
        int ended = 0;
        int at = 0;
        while (at < count && place != Place.NOTHING) {
            if (place == Place.BODY) {
                int part = (int) Math.min(bodyBytes, count - at);
                bodyBytes -= part;
                at += part;
            } else {
                at = takeLine(bytes, at, count);
            }
            if (place == Place.BODY && bodyBytes == 0) {
                ended++;
                place = closes ? Place.NOTHING : Place.REQUEST_LINE;
            }
        }
        return ended;
    }

    /** True if the connection ends behind the answers: a request asked for it, or was refused. */
    boolean isOver() {
        return place == Place.NOTHING;
    }

    /** True if {@link #REFUSAL} follows the answers. */
    boolean isRefused() {
        return refused;
    }

    /** Takes bytes up to the end of a line; returns the position behind them. */
    private int takeLine(byte[] bytes, int from, int count) {
        int end = from;
        while (end < count && bytes[end] != '\n') {
            end++;
        }
        int part = end - from;
        if (lineBytes + part > MOST_LINE_BYTES) {
            refuse();
            return end;
        }
        if (lineBytes + part > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, lineBytes + part));
        }
        System.arraycopy(bytes, from, line, lineBytes, part);
        lineBytes += part;
        if (end == count) {
            return end;
        }
        int length = lineBytes > 0 && line[lineBytes - 1] == '\r' ? lineBytes - 1 : lineBytes;
        lineBytes = 0;
        onLine(length);
        return end + 1;
    }

    private void onLine(int length) {
        if (place == Place.REQUEST_LINE) {
            if (length > 0) { // a server ignores empty lines before a request
                onRequestLine(length);
            }
        } else if (length == 0) {
            place = Place.BODY;
        } else {
            onHeader(length);
        }
    }

    private void onRequestLine(int length) {
        int method = indexOf(' ', 0, length);
        int target = indexOf(' ', method + 1, length);
        if (method < 1 || target <= method + 1
                || !Arrays.equals(line, target + 1, length, VERSION, 0, VERSION.length)) {
            refuse();
            return;
        }
        headers = 0;
        bodyBytes = 0;
        place = Place.HEADERS;
    }

    private void onHeader(int length) {
        int colon = indexOf(':', 0, length);
        if (colon < 1 || line[colon - 1] == ' ' || line[0] == ' ' || ++headers > MOST_HEADERS
                || isName(colon, TRANSFER_ENCODING)) {
            refuse();
        } else if (isName(colon, CONTENT_LENGTH)) {
            onContentLength(value(colon, length));
        } else if (isName(colon, CONNECTION)) {
            closes |= value(colon, length).toLowerCase(Locale.ROOT).contains("close");
        }
    }

    private void onContentLength(String digits) {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS
                || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            refuse();
            return;
        }
        bodyBytes = Long.parseLong(digits);
    }

    private String value(int colon, int length) {
        return new String(line, colon + 1, length - colon - 1, StandardCharsets.US_ASCII).strip();
    }

    private boolean isName(int length, byte[] name) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int letter = line[i] >= 'A' && line[i] <= 'Z' ? line[i] + ('a' - 'A') : line[i];
            if (letter != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns its first index in the line, or -1. */
    private int indexOf(char wanted, int from, int length) {
        for (int i = from; i < length; i++) {
            if (line[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private void refuse() {
        refused = true;
        place = Place.NOTHING;
    }
}
