package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.net.Connection;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.Listener;
import dev.sluice.net.OverloadPolicy;
import dev.sluice.net.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves a few pages of plain text over HTTP/1.1, with keep-alive and pipelining.
 *
 * <p>A connection has one buffer. It answers all whole requests in it, and writes the answers in one
 * call before it reads more. A request with a body is refused and ends the connection, because the
 * body must not be read as the next request.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
public final class HttpServer implements Example {
    private static final int MOST_HEAD_BYTES = 8192;
    private static final Duration TIME_FOR_A_REQUEST = Duration.ofSeconds(60);

    /** RFC 9110 requires two digits for the day; the JDK's own format writes one. */
    static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private record Second(long number, String text) {}

    private final Server server;
    private final Map<String, String> pages;
    private final LongAdder answered = new LongAdder();
    private volatile Second now = new Second(0, "");

    private HttpServer(Listener listener, Map<String, String> pages) {
        // Browsers keep connections that they do not use: when it is full, a new one matters more.
        this.server = Server.on(listener, this::serve).whenFull(OverloadPolicy.ABORT_OLDEST_IDLE);
        this.pages = pages;
    }

    /** Serves pages, path to text, at a listener, which is closed when this is stopped. */
    public static HttpServer start(Listener listener, Map<String, String> pages) {
        HttpServer http = new HttpServer(listener, Map.copyOf(pages));
        http.server.start();
        return http;
    }

    private void serve(Connection connection) throws IOException {
        byte[] buffer = new byte[MOST_HEAD_BYTES];
        int filled = 0;
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        connection.idleTimeout(TIME_FOR_A_REQUEST);
        connection.readDeadline(TIME_FOR_A_REQUEST);
        boolean keepAlive = true;
        while (keepAlive) {
            int end = HttpRequest.endOfHead(buffer, filled);
            while (keepAlive && end > 0) {
                String head = new String(buffer, 0, end, ISO_8859_1);
                keepAlive = answer(HttpRequest.parse(head), answers);
                filled -= end;
                System.arraycopy(buffer, end, buffer, 0, filled);
                end = HttpRequest.endOfHead(buffer, filled);
            }
            if (keepAlive && filled == buffer.length) {
                keepAlive = refuse("431 Request Header Fields Too Large", answers);
            }
            if (answers.size() > 0) {
                connection.write(answers.toByteArray());
                answers.reset();
                // For the whole next request: single bytes do not keep a connection alive.
                connection.readDeadline(TIME_FOR_A_REQUEST);
            }
            if (keepAlive) {
                int count = readOrNone(connection, buffer, filled);
                keepAlive = count > 0;
                filled += count;
            }
        }
    }

    /** Like read, but also returns -1 when the time for a request is over, which is a usual end. */
    private int readOrNone(Connection connection, byte[] buffer, int filled) throws IOException {
        try {
            return connection.read(buffer, filled, buffer.length - filled);
        } catch (DeadlineException late) {
            if (filled > 0) {
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                refuse("408 Request Timeout", answer);
                connection.write(answer.toByteArray());
            }
            return -1;
        }
    }

    private boolean refuse(String status, ByteArrayOutputStream answers) {
        return answer(HttpRequest.refused(status), answers);
    }

    /** Adds the answer; false if it is the last of the connection. */
    private boolean answer(HttpRequest request, ByteArrayOutputStream answers) {
        String page = pages.get(request.path());
        boolean isHead = request.method().equals("HEAD");
        if (!request.refusal().isEmpty()) {
            add(request, request.refusal(), request.refusal() + "\n", answers);
        } else if (!isHead && !request.method().equals("GET")) {
            add(request, "405 Method Not Allowed\r\nAllow: GET, HEAD", "GET or HEAD\n", answers);
        } else if (page == null) {
            add(request, "404 Not Found", "no page " + request.path() + "\n", answers);
        } else {
            add(request, "200 OK", page, answers);
        }
        return request.keepAlive();
    }

    private void add(HttpRequest request, String status, String text,
            ByteArrayOutputStream answers) {
        byte[] body = text.getBytes(UTF_8);
        String connection = !request.keepAlive()
                ? "Connection: close\r\n"
                : request.isHttp10() ? "Connection: keep-alive\r\n" : "";
        String head = "HTTP/1.1 " + status + "\r\nDate: " + date()
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\n" + connection + "\r\n";
        answers.writeBytes(head.getBytes(ISO_8859_1));
        if (!request.method().equals("HEAD")) {
            answers.writeBytes(body);
        }
        answered.increment();
    }

    /** The time in HTTP's format, formatted once a second. */
    private String date() {
        long number = System.currentTimeMillis() / 1000;
        Second second = now;
        if (second.number != number) {
            second = new Second(number, DATE.format(Instant.ofEpochSecond(number)));
            now = second;
        }
        return second.text;
    }

    @Override
    public String stop() {
        String ended = Example.ended(server.stop(GRACE));
        return ended + "; " + String.format("%,d requests answered", answered.sum());
    }
}
