package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.FuzzTest;
import java.nio.file.Path;
import java.util.List;

/** Heads of requests in any pieces, paths of URLs, and ranges of files. */
public class HttpFuzzTest extends FuzzTest {
    private static final Path ROOT = Path.of("/root/folder");

    @Override
    protected List<byte[]> seeds() {
        return List.of(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                text("\r\n\nGET /a?b HTTP/1.0\nConnection: keep-alive, x\n\nGET"),
                text("HEAD http://a:80/b%20c HTTP/1.1\r\nhost:a\r\nRange: bytes=1-2\r\n\r\n"),
                text("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: x\r\n\r\n"),
                text("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"),
                text("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"),
                text("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), text("GET /\r / HTTP/1.1\r\n\r\r\n"),
                text("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"), text("/%2e%2e/etc/passwd"),
                text("/a/../b"), text("/%c3%a9/"), text("/%"),
                text("bytes=0-"), text("bytes=-5"), text("bytes=5-3"),
                text("bytes=999999999999999999-"));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        requestIsReadTheSameInAllPieces(input);
        String text = new String(input, ISO_8859_1);
        nameStaysBelowTheFolder(text);
        for (long size : new long[]{0, 1, 100, 1L << 56}) {
            rangeIsOfTheFile(text, size);
        }
    }

    private static void requestIsReadTheSameInAllPieces(byte[] input) {
        int end = HttpRequest.endOfHead(input, input.length);
        for (int count = 0; count < input.length; count++) {
            assertThat(HttpRequest.endOfHead(input, count)).as("after %d bytes", count)
                    .isEqualTo(end > 0 && count >= end ? end : -1);
        }
        if (end < 0) {
            return;
        }
        String head = new String(input, 0, end, ISO_8859_1);
        HttpRequest request = HttpRequest.parse(head);
        String unix = head.replace("\r\n", "\n");
        if (unix.indexOf('\r') >= 0) {
            assertThat(request.refusal()).as("of a bare CR, RFC 9112, 2.2").isNotEmpty();
            return;
        }
        assertThat(HttpRequest.parse(unix)).as("with other ends of lines").isEqualTo(request);
        assertThat(HttpRequest.parse(unix.replace("\n", "\r\n"))).isEqualTo(request);
        if (request.refusal().isEmpty()) {
            assertThat(HttpRequest.parse(headOf(request))).as("as it is written")
                    .isEqualTo(request);
            nameStaysBelowTheFolder(request.path());
        } else {
            assertThat(request.keepAlive()).as("after a refusal").isFalse();
        }
    }

    private static String headOf(HttpRequest request) {
        String range = request.range().isEmpty() ? "" : "Range: " + request.range() + "\r\n";
        return request.method() + " " + request.path() + " HTTP/1." + (request.isHttp10() ? 0 : 1)
                + "\r\nHost: a\r\n" + range + "Connection: "
                + (request.keepAlive() ? "keep-alive" : "close") + "\r\n\r\n";
    }

    private static void nameStaysBelowTheFolder(String path) {
        String name = UrlPath.decode(path);
        if (name == null) {
            return;
        }
        assertThat(ROOT.resolve(name).normalize()).startsWithRaw(ROOT)
                .isNotEqualTo(ROOT);
        assertThat(name).doesNotContain("\0", "\\", "\n");
        StringBuilder escaped = new StringBuilder("/");
        for (byte each : name.getBytes(UTF_8)) {
            escaped.append('%').append(java.util.HexFormat.of().toHexDigits(each));
        }
        assertThat(UrlPath.decode(escaped.toString())).isEqualTo(name);
    }

    private static void rangeIsOfTheFile(String field, long size) {
        FileRange range = FileRange.parse(field, size);
        if (range == null) {
            return;
        }
        assertThat(range.first()).isNotNegative();
        assertThat(range.length()).isBetween(0L, size - range.first());
        if (range.isPart()) {
            String asked =
                    range.text(size).replaceFirst("bytes ", "bytes=").replaceFirst("/.*", "");
            assertThat(FileRange.parse(asked, size)).isEqualTo(range);
        } else {
            assertThat(range).isEqualTo(new FileRange(0, size, false));
        }
    }
}
