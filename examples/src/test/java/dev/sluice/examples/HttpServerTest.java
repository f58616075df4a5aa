package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest extends ExampleTest {
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");
    private static final String HOST = "Host: localhost\r\n";

    private HttpServer http;

    @BeforeEach
    void start() {
        http = HttpServer.start(listener, Map.of("/", "Hello.\n", "/plaintext", "Hello, World!"));
    }

    @AfterEach
    void stop() {
        http.stop();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** Sends this, ends its side, and returns everything that comes back. */
    private String exchange(String requests) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(requests.getBytes(ISO_8859_1));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void aPageIsServedAndTheConnectionKept() throws Exception {
        try (Socket client = connect()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            for (int i = 0; i < 3; i++) {
                client.getOutputStream().write(("GET /?q=" + i + " HTTP/1.1\r\n" + HOST + "\r\n")
                        .getBytes(ISO_8859_1));
                String answer = readAnswer(in);
                assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nHello.\n")
                        .contains("Content-Type: text/plain; charset=utf-8\r\n")
                        .containsPattern("Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} "
                                + "\\d\\d:\\d\\d:\\d\\d GMT\r\n")
                        .doesNotContain("Connection:");
            }
        }
        assertThat(http.stop()).startsWith("1 connections finished")
                .endsWith("; 3 requests answered");
    }

    private static String readAnswer(DataInputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        Matcher length = LENGTH.matcher(answer);
        assertThat(length.find()).isTrue();
        byte[] body = new byte[Integer.parseInt(length.group(1))];
        in.readFully(body);
        return answer + new String(body, ISO_8859_1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            requests.append("GET /no").append(i).append(" HTTP/1.1\r\n").append(HOST)
                    .append("\r\n");
        }
        Matcher answers = Pattern.compile("no page /no(\\d+)\n").matcher(
                exchange(requests.toString()));
        for (int i = 0; i < 500; i++) {
            assertThat(answers.find()).as("answer %s", i).isTrue();
            assertThat(answers.group(1)).isEqualTo("" + i);
        }
        assertThat(answers.find()).isFalse();
    }

    @Test
    void aRequestMayComeByteByByte() throws Exception {
        try (Socket client = connect()) {
            for (byte one : ("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n").getBytes(ISO_8859_1)) {
                client.getOutputStream().write(one);
            }
            assertThat(readAnswer(new DataInputStream(client.getInputStream())))
                    .startsWith("HTTP/1.1 200 OK").endsWith("Hello.\n");
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        assertThat(exchange("HEAD / HTTP/1.1\r\n" + HOST + "\r\n"))
                .contains("Content-Length: 7\r\n").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    GET / HTTP/1.1~Host: a                              | 200 OK                  | open
                    GET / HTTP/1.1~Host: a~Connection: foo, Close       | 200 OK                  | close
                    GET http://a:80/plaintext HTTP/1.1~Host: a          | 200 OK                  | open
                    GET http://a HTTP/1.1~Host: a                       | 200 OK                  | open
                    GET / HTTP/1.0                                      | 200 OK                  | close
                    GET / HTTP/1.0~Connection: keep-alive               | 200 OK                  | open
                    GET / HTTP/1.1~Host: a~Content-Length: 0            | 200 OK                  | open
                    GET /nothing HTTP/1.1~Host: a                       | 404 Not Found           | open
                    PUT / HTTP/1.1~Host: a                              | 405 Method Not Allowed  | open
                    OPTIONS * HTTP/1.1~Host: a                          | 405 Method Not Allowed  | open
                    POST / HTTP/1.1~Host: a~Content-Length: 5           | 413 Content Too Large   | close
                    GET / HTTP/1.1~Host: a~Transfer-Encoding: chunked   | 413 Content Too Large   | close
                    GET / HTTP/1.1                                      | 400 Bad Request         | close
                    GET / HTTP/1.1~Host: a~Host: b                      | 400 Bad Request         | close
                    GET / HTTP/1.1~Host : a                             | 400 Bad Request         | close
                    GET / HTTP/1.1~Host: a~ folded                      | 400 Bad Request         | close
                    GET  / HTTP/1.1~Host: a                             | 400 Bad Request         | close
                    nonsense                                            | 400 Bad Request         | close
                    GET / HTTP/2.0~Host: a                              | 505 HTTP Version Not Supported | close
                    """)
    void eachRequestHasItsStatus(String request, String status, String connection)
            throws Exception {
        String next = "GET /plaintext HTTP/1.1\r\n" + HOST + "\r\n";
        String answers = exchange(request.replace("~", "\r\n") + "\r\n\r\n" + next);
        assertThat(answers).startsWith("HTTP/1.1 " + status + "\r\n");
        String second = answers.substring(8);
        if (connection.equals("open")) {
            assertThat(second).contains("HTTP/1.1 200 OK").endsWith("Hello, World!");
        } else {
            assertThat(second).contains("Connection: close\r\n").doesNotContain("HTTP/1.1 ");
        }
    }

    @Test
    void controlCharactersAreRefused() throws Exception {
        assertThat(exchange("GET / HTTP/1.1\r\n" + HOST + "X: a\rb\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET / HTTP/1.1\r\n" + HOST + "X: a\u0000\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange("\u0016\u0003\u0001\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aHeadHasABound() throws Exception {
        String fits = "GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(8000) + "\r\n\r\n";
        assertThat(exchange(fits + fits)).startsWith("HTTP/1.1 200 OK").endsWith("Hello.\n")
                .doesNotContain("431");
        String tooLong = "GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(100_000);
        assertThat(exchange(tooLong)).startsWith("HTTP/1.1 431 Request Header Fields Too Large")
                .contains("Connection: close");
    }

    @Test
    void curl() throws Exception {
        RealClient.require("curl", "curl");
        String both = RealClient.run("", "curl", "-sS", "-v", "--noproxy", "*", url("/"),
                url("/plaintext")).success();
        assertThat(both).contains("Hello.\n", "Hello, World!", "HTTP/1.1 200 OK")
                .containsIgnoringCase("Re-using existing connection");
        assertThat(RealClient.run("", "curl", "-sSI", "--noproxy", "*", url("/")).success())
                .startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 7\r\n");
        assertThat(RealClient.run("", "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}",
                "--noproxy", "*", url("/no")).success()).isEqualTo("404");
        assertThat(RealClient.run("", "curl", "-sS", "-d", "a=b", "--noproxy", "*", url("/"))
                .success()).contains("413");
        assertThat(RealClient.run("", "curl", "-sS0", "--noproxy", "*", url("/")).success())
                .isEqualTo("Hello.\n");
    }

    @Test
    void wrk() throws Exception {
        RealClient.require("wrk", "wrk");
        String report = RealClient.run("", "wrk", "-t1", "-c32", "-d1s", "--timeout", "60s",
                url("/plaintext")).success();
        assertThat(report).containsPattern("[1-9]\\d* requests in ")
                .doesNotContain("Socket errors").doesNotContain("Non-2xx");
    }

    @Test
    void wrkThatPipelines(@TempDir Path folder) throws Exception {
        RealClient.require("wrk", "wrk");
        Path script = Files.writeString(folder.resolve("pipeline.lua"), """
                init = function(args)
                  local requests = {}
                  for i = 1, 16 do
                    requests[i] = wrk.format(nil, "/plaintext")
                  end
                  batch = table.concat(requests)
                end
                request = function() return batch end
                """);
        String report = RealClient.run("", "wrk", "-t1", "-c8", "-d1s", "--timeout", "60s",
                "-s", script.toString(), url("/plaintext")).success();
        assertThat(report).containsPattern("[1-9]\\d* requests in ")
                .doesNotContain("Socket errors").doesNotContain("Non-2xx");
        // It resets what is under way when its time is over: no failure of the server.
        assertThat(http.stop()).contains(" 0 failed, 0 aborted");
    }

    @Test
    void ncThatPipelines() throws Exception {
        RealClient.requireNc();
        String answers = RealClient.run("GET / HTTP/1.1\r\n" + HOST + "\r\n"
                + "GET /plaintext HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
                "nc", "127.0.0.1", port() + "").success();
        assertThat(answers).containsSubsequence("HTTP/1.1 200 OK", "Hello.\n", "HTTP/1.1 200 OK",
                "Connection: close", "Hello, World!");
    }

    @Test
    void browser(@TempDir Path profile) throws Exception {
        RealClient.require("chromium", "chromium");
        assertThat(RealClient.run("", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
                "--user-data-dir=" + profile, "--dump-dom", url("/")).success())
                .contains("<pre", "Hello.\n</pre>");
    }

    @Test
    void pythonAsyncio() throws Exception {
        assertThat(RealClient.python("http", port())).contains("200 pipelined");
    }

    @Test
    void go() throws Exception {
        assertThat(RealClient.goHttp(port())).contains("200 requests, 1 connection");
    }

    @Test
    void node() throws Exception {
        assertThat(RealClient.node("http", port())).contains("200 requests, 1 connection");
    }
}
