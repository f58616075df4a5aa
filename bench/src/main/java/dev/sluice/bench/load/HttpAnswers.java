package dev.sluice.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Checks the answers that come on one connection, in any pieces: status 200, a Content-Length of 13,
 * and the expected body. Other headers may stand in them.
 */
final class HttpAnswers {
    /** What is asked for. */
    static final byte[] REQUEST = ascii("GET /hello HTTP/1.1", "Host: localhost",
            "User-Agent: sluice", "Accept: text/plain", "", "");

    private static final byte[] STATUS = ascii("HTTP/1.1 200 ");
    private static final byte[] LENGTH = ascii("content-length");
    private static final byte[] BODY = ascii("Hello, World!");
    private static final String EXPECTED = Integer.toString(BODY.length);
    private static final int MOST_LINE_BYTES = 1024;

    private final byte[] line = new byte[MOST_LINE_BYTES];
    private int lineBytes;
    private boolean inHeaders;
    private boolean hasLength;
    private int bodyAt = -1;

    private static byte[] ascii(String... lines) {
        return String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the remaining bytes; returns how many answers end in them. */
    int take(ByteBuffer bytes) throws IOException {
        int ended = 0;
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (bodyAt >= 0) {
                if (next != BODY[bodyAt++]) {
                    throw new ByteCheckException("a byte of an answer's body is wrong");
                }
                if (bodyAt == BODY.length) {
                    bodyAt = -1;
                    ended++;
                }
            } else if (next == '\n') {
                onLine();
            } else if (lineBytes == line.length) {
                throw new ByteCheckException("an answer has a line that is too long");
            } else {
                line[lineBytes++] = next;
            }
        }
        return ended;
    }

    private void onLine() throws IOException {
        int length = lineBytes - 1;
        lineBytes = 0;
        if (length < 0 || line[length] != '\r') {
            throw new ByteCheckException("an answer has a line without CR LF");
        }
        if (!inHeaders) {
            if (length < STATUS.length
                    || !Arrays.equals(line, 0, STATUS.length, STATUS, 0, STATUS.length)) {
                throw new ByteCheckException("the answer is not 200 but "
                        + new String(line, 0, length, StandardCharsets.US_ASCII));
            }
            inHeaders = true;
            hasLength = false;
        } else if (length == 0) {
            if (!hasLength) {
                throw new ByteCheckException("an answer has no Content-Length");
            }
            inHeaders = false;
            bodyAt = 0;
        } else if (isLength(length)) {
            hasLength = true;
        }
    }

    private boolean isLength(int length) throws IOException {
        if (length <= LENGTH.length || line[LENGTH.length] != ':') {
            return false;
        }
        for (int i = 0; i < LENGTH.length; i++) {
            if ((line[i] | ' ') != LENGTH[i] && line[i] != LENGTH[i]) {
                return false;
            }
        }
        String value = new String(line, LENGTH.length + 1, length - LENGTH.length - 1,
                StandardCharsets.US_ASCII).strip();
        if (!value.equals(EXPECTED)) {
            throw new ByteCheckException("the Content-Length of an answer is " + value);
        }
        return true;
    }
}
