package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileServerTest extends ExampleTest {
    private static final byte[] LARGE = new byte[9_000_001];

    @TempDir
    private Path folder;

    private FileServer files;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(LARGE);
        Path root = Files.createDirectories(folder.resolve("root/sub"));
        Files.write(folder.resolve("root/large"), LARGE);
        Files.writeString(folder.resolve("root/a b%.txt"), "0123456789");
        Files.writeString(folder.resolve("root/empty"), "");
        Files.writeString(root.resolve("index.html"), "<p>sub</p>");
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.resolve("root/link"), folder.resolve("secret"));
        files = FileServer.start(listener, folder.resolve("root"));
    }

    @AfterEach
    void stop() {
        files.stop();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    private java.net.http.HttpRequest.Builder get(String path) {
        return java.net.http.HttpRequest.newBuilder(URI.create(url(path)));
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @Test
    void aClientOfTheJdkGetsWholeFilesAndParts() throws Exception {
        try (HttpClient client = client()) {
            HttpResponse<byte[]> whole =
                    client.send(get("/large").build(), BodyHandlers.ofByteArray());
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(LARGE);
            assertThat(whole.headers().firstValue("Content-Type"))
                    .contains("application/octet-stream");
            HttpResponse<byte[]> part = client.send(
                    get("/large").header("Range", "bytes=1000000-4999999").build(),
                    BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.headers().firstValue("Content-Range"))
                    .contains("bytes 1000000-4999999/9000001");
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, 1_000_000, 5_000_000));
            HttpResponse<String> index =
                    client.send(get("/sub/").build(), BodyHandlers.ofString());
            assertThat(index.body()).isEqualTo("<p>sub</p>");
            assertThat(index.headers().firstValue("Content-Type"))
                    .contains("text/html; charset=utf-8");
        }
        assertThat(files.stop()).endsWith("; 13,000,011 bytes of files sent");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    bytes=0-0     | 206 | 0
                    bytes=3-5     | 206 | 345
                    bytes=7-      | 206 | 789
                    bytes=7-99    | 206 | 789
                    bytes=-3      | 206 | 789
                    bytes=-99     | 206 | 0123456789
                    bytes=5-3     | 200 | 0123456789
                    bytes=0-1,3-4 | 200 | 0123456789
                    bytes=-       | 200 | 0123456789
                    lines=1-2     | 200 | 0123456789
                    bytes=10-     | 416 | 416 Range Not Satisfiable
                    bytes=-0      | 416 | 416 Range Not Satisfiable
                    """)
    void eachRangeHasItsBytes(String range, int status, String body) throws Exception {
        try (HttpClient client = client()) {
            HttpResponse<String> answer = client.send(
                    get("/a%20b%25.txt").header("Range", range).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body().strip()).isEqualTo(body);
        }
    }

    /** Sends this, ends its side, and returns everything that comes back. */
    private String exchange(String requests) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(requests.getBytes(ISO_8859_1));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @CsvSource({"/../secret", "/sub/../../secret", "/%2e%2e/secret", "/..%2fsecret", "/link",
        "/sub/..%5c..%5csecret", "//secret", "/sub//index.html", "/./large", "/nothing", "/sub",
        "/%ff", "/%4", "/large/", "/large%00", "/C:/secret", "/large/index.html"})
    void nothingIsFoundOutsideOfTheFolder(String path) throws Exception {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 404 Not Found\r\n").endsWith("404 Not Found\n");
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInTheirOrder() throws Exception {
        String get = " /a%20b%25.txt HTTP/1.1\r\nHost: a\r\n\r\n";
        String answers = exchange("GET" + get + "HEAD" + get + "POST" + get
                + "GET /empty HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answers).containsSubsequence("HTTP/1.1 200 OK", "Content-Length: 10",
                "0123456789", "HTTP/1.1 200 OK", "Content-Length: 10", "HTTP/1.1 405 ",
                "Allow: GET, HEAD", "HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close");
        assertThat(answers.split("0123456789", -1)).as("one body").hasSize(2);
        assertThat(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9000)))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void curl() throws Exception {
        RealClient.require("curl", "curl");
        Path copy = folder.resolve("copy");
        RealClient.run("", "curl", "-sS", "--fail", "--noproxy", "*", "-o", copy.toString(),
                url("/large")).success();
        assertThat(Files.readAllBytes(copy)).isEqualTo(LARGE);
        Files.write(copy, Arrays.copyOf(LARGE, 2_000_000));
        RealClient.run("", "curl", "-sS", "--fail", "--noproxy", "*", "-C", "-", "-o",
                copy.toString(), url("/large")).success();
        assertThat(Files.readAllBytes(copy)).as("resumed").isEqualTo(LARGE);
        RealClient.Ended refused = RealClient.run("", "curl", "-sS", "--fail", "--noproxy", "*",
                "--path-as-is", url("/../secret"));
        assertThat(refused.exitCode()).isEqualTo(22);
        assertThat(refused.output()).contains("404");
    }
}
