package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.net.Connection;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.Listener;
import dev.sluice.net.Server;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files below a folder over HTTP/1.1, whole or in ranges, with keep-alive. The kernel sends them
 * without a copy where it can ({@link Connection#transferFrom(Path, long, long)}).
 *
 * <p>A path that leads out of the folder finds nothing, also by a symbolic link. A file that becomes shorter while
 * it is sent ends the connection by a reset, since the client was promised more bytes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-range-requests">RFC 9110, range requests</a>
 */
public final class FileServer implements Example {
    private static final int MOST_HEAD_BYTES = 8192;
    private static final Duration TIME_FOR_A_REQUEST = Duration.ofSeconds(60);

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8", "txt", "text/plain; charset=utf-8",
            "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "json", "application/json", "svg", "image/svg+xml", "png", "image/png",
            "jpg", "image/jpeg", "pdf", "application/pdf");

    private final Server server;
    private final Path root;
    private final LongAdder sentBytes = new LongAdder();

    private FileServer(Listener listener, Path root) {
        this.server = Server.on(listener, this::serve);
        this.root = root;
    }

    /**
     * Serves a folder at a listener, which is closed when this is stopped.
     *
     * @throws IOException if there is no such folder
     */
    public static FileServer start(Listener listener, Path folder) throws IOException {
        FileServer files = new FileServer(listener, folder.toRealPath());
        files.server.start();
        return files;
    }

    private void serve(Connection connection) throws IOException {
        byte[] buffer = new byte[MOST_HEAD_BYTES];
        int filled = 0;
        // Also of a download: a client that takes nothing for so long is dropped.
        connection.idleTimeout(TIME_FOR_A_REQUEST);
        boolean keepAlive = true;
        while (keepAlive) {
            connection.readDeadline(TIME_FOR_A_REQUEST);
            int end = HttpRequest.endOfHead(buffer, filled);
            while (end < 0 && filled < buffer.length) {
                int count = readOrNone(connection, buffer, filled);
                if (count < 0) {
                    return;
                }
                filled += count;
                end = HttpRequest.endOfHead(buffer, filled);
            }
            HttpRequest request = end < 0
                    ? HttpRequest.refused("431 Request Header Fields Too Large")
                    : HttpRequest.parse(new String(buffer, 0, end, ISO_8859_1));
            answer(connection, request);
            keepAlive = request.keepAlive();
            filled -= Math.max(end, 0);
            System.arraycopy(buffer, Math.max(end, 0), buffer, 0, filled);
        }
    }

    /** Like read, but also returns -1 when the time for a request is over, which is a usual end. */
    private static int readOrNone(Connection connection, byte[] buffer, int filled)
            throws IOException {
        try {
            return connection.read(buffer, filled, buffer.length - filled);
        } catch (DeadlineException late) {
            return -1;
        }
    }

    private void answer(Connection connection, HttpRequest request) throws IOException {
        boolean isHead = request.method().equals("HEAD");
        if (!request.refusal().isEmpty()) {
            refuse(connection, request, request.refusal(), "");
            return;
        }
        if (!isHead && !request.method().equals("GET")) {
            refuse(connection, request, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
            return;
        }
        Path file = find(request.path());
        if (file == null) {
            refuse(connection, request, "404 Not Found", "");
            return;
        }
        long size = Files.size(file);
        FileRange range = FileRange.parse(request.range(), size);
        if (range == null) {
            refuse(connection, request, "416 Range Not Satisfiable",
                    "Content-Range: bytes */" + size + "\r\n");
            return;
        }
        String fields = "Content-Type: " + typeOf(file) + "\r\nAccept-Ranges: bytes\r\n"
                + (range.isPart() ? "Content-Range: " + range.text(size) + "\r\n" : "");
        String status = range.isPart() ? "206 Partial Content" : "200 OK";
        writeHead(connection, request, status, fields, range.length());
        if (!isHead) {
            send(connection, file, range);
        }
    }

    private void send(Connection connection, Path file, FileRange range) throws IOException {
        long sent = connection.transferFrom(file, range.first(), range.length());
        sentBytes.add(sent);
        if (sent < range.length()) {
            throw new EOFException(file + " became shorter: " + sent + " of " + range.length()
                    + " bytes were sent");
        }
    }

    /** Returns the file of a path, or null if there is none below the folder. */
    private @Nullable Path find(String path) throws IOException {
        String name = UrlPath.decode(path);
        if (name == null) {
            return null;
        }
        Path asked = root.resolve(name.endsWith("/") ? name + "index.html" : name).normalize();
        try {
            // Where its links lead: neither they nor a ".." may lead out of the folder.
            Path real = asked.toRealPath();
            return real.startsWith(root) && Files.isRegularFile(real) ? real : null;
        } catch (FileSystemException none) {
            return null; // there is none, one that is no folder is on the way, or it must not be read
        }
    }

    private static String typeOf(Path file) {
        String name = file.toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, "application/octet-stream");
    }

    private static void refuse(
            Connection connection, HttpRequest request, String status, String fields)
            throws IOException {
        byte[] body = (status + "\n").getBytes(ISO_8859_1);
        writeHead(connection, request, status, fields + "Content-Type: text/plain\r\n",
                body.length);
        if (!request.method().equals("HEAD")) {
            connection.write(body);
        }
    }

    private static void writeHead(Connection connection, HttpRequest request, String status,
            String fields, long length) throws IOException {
        String end = !request.keepAlive()
                ? "Connection: close\r\n"
                : request.isHttp10() ? "Connection: keep-alive\r\n" : "";
        String head = "HTTP/1.1 " + status + "\r\nDate: "
                + HttpServer.DATE.format(Instant.now()) + "\r\n" + fields
                + "Content-Length: " + length + "\r\n" + end + "\r\n";
        connection.write(head.getBytes(ISO_8859_1));
    }

    @Override
    public String stop() {
        String ended = Example.ended(server.stop(GRACE));
        return ended + "; " + String.format("%,d bytes of files sent", sentBytes.sum());
    }
}
