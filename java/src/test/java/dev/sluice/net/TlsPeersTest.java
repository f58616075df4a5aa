package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with peers that others wrote: openssl, curl, Node, Go. Each is needed for its own test alone. */
class TlsPeersTest extends NetTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Tls serving = Tls.server(TlsContexts.server());

    @TempDir
    private Path folder;

    @BeforeEach
    void needsTheirPrograms() {
        assumeTrue(Needs.isLinux(), "needs programs of Linux");
    }

    private void assumeInstalled(String program) {
        boolean found = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
        assumeTrue(found, "needs " + program);
    }

    /** Runs a program with some input; returns what it printed. */
    private String run(String input, List<String> command) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(US_ASCII));
        }
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as("%s ends", command).isTrue();
        return Files.readString(output);
    }

    /** Returns the server's certificate, and its key, as openssl and others read them. */
    private String pem() throws Exception {
        assumeInstalled("openssl");
        Path store = folder.resolve("server.p12");
        try (var in = getClass().getResourceAsStream("/tls/server.p12")) {
            Files.write(store, in.readAllBytes());
        }
        Path pem = folder.resolve("server.pem");
        String printed = run("", List.of("openssl", "pkcs12", "-in", store.toString(), "-nodes",
                "-passin", "pass:sluice", "-out", pem.toString()));
        assertThat(Files.size(pem)).as(printed).isPositive();
        return pem.toString();
    }

    private CompletableFuture<Long> echoesOne(Listener listener) {
        return background(() -> {
            try (Connection connection = listener.accept()) {
                return connection.transferTo(connection);
            }
        });
    }

    @Test
    void opensslIsAClientThatUpdatesItsKeys() throws Exception {
        String pem = pem();
        Tls server = serving.applicationProtocols("echo/1");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(server))) {
            CompletableFuture<Long> echoed = echoesOne(listener);
            Path output = folder.resolve("client");
            Process process = new ProcessBuilder("openssl", "s_client",
                    "-connect", listener.address().toString(), "-servername", "localhost",
                    "-verify_return_error", "-verify_hostname", "localhost", "-CAfile", pem,
                    "-alpn", "echo/1")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                // A line alone is a command: K asks for an update of the keys of both sides, Q ends.
                String[][] steps = {{"hello", "\nhello\n"}, {"K", "KEYUPDATE"},
                    {"world", "\nworld\n"}, {"Q", "DONE"}};
                for (String[] step : steps) {
                    in.write((step[0] + "\n").getBytes(US_ASCII));
                    in.flush();
                    awaitText(output, step[1]);
                }
            } finally {
                process.destroyForcibly();
            }
            assertThat(output).content()
                    .contains("ALPN protocol: echo/1", "Verify return code: 0");
            assertThat(result(echoed)).isEqualTo("hello\nworld\n".length());
        }
    }

    private static void awaitText(Path output, String expected) throws Exception {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (!Files.readString(output).contains(expected)) {
            assertThat(System.nanoTime() - endNanos).as(Files.readString(output)).isNegative();
            Thread.sleep(10);
        }
    }

    @Test
    void opensslIsAServer() throws Exception {
        String pem = pem();
        int port = freePort();
        Process process = new ProcessBuilder("openssl", "s_server", "-accept",
                OwnLoopback.at(port).toString(), "-cert", pem, "-naccept", "1", "-rev", "-quiet")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server").toFile())
                .start();
        try {
            Dialer dialer = dialer().timeout(LONG)
                    .tls(Tls.client(TlsContexts.client()).serverName("localhost"));
            try (TlsConnection connection = dialUntilItListens(dialer, port, process)) {
                connection.write("stressed\n".getBytes(US_ASCII));
                byte[] answer = new byte[9];
                connection.readFully(answer);
                assertThat(new String(answer, US_ASCII)).isEqualTo("desserts\n");
                connection.closeWrite();
                assertThat(connection.read(answer)).isEqualTo(-1);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private int freePort() throws IOException {
        try (Listener listener = Listener.open(OwnLoopback.at(0), listening())) {
            return listener.address().port();
        }
    }

    private static TlsConnection dialUntilItListens(Dialer dialer, int port, Process process)
            throws Exception {
        while (true) {
            try {
                return (TlsConnection) dialer.dial(OwnLoopback.at(port));
            } catch (ConnectFailedException early) {
                assertThat(process.isAlive()).as("the server runs").isTrue();
                Thread.sleep(10);
            }
        }
    }

    @Test
    void curlTakesAnAnswerThatOnlyTheCloseEnds() throws Exception {
        assumeInstalled("curl");
        String pem = pem();
        Tls server = serving.applicationProtocols("http/1.1");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(server))) {
            Server http = Server.on(listener, connection -> {
                byte[] request = new byte[4096];
                assertThat(connection.read(request)).isPositive();
                connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
                connection.write(new byte[300_000]);
                connection.write("the end".getBytes(US_ASCII));
            }).start();
            String address = listener.address().toString();
            String host = address.substring(0, address.indexOf(':'));
            int port = listener.address().port();
            String printed = run("", List.of("curl", "--silent", "--show-error", "--http1.1",
                    "--cacert", pem, "--resolve", "localhost:" + port + ":" + host,
                    "--output", "answer", "--write-out", "%{http_code} %{size_download}",
                    "https://localhost:" + port + "/"));
            assertThat(printed).isEqualTo("200 300007");
            assertThat(http.stop(LONG).finished()).isEqualTo(1);
        }
    }

    @Test
    void nodeEndsItsSideAndReadsTheRest() throws Exception {
        assumeInstalled("node");
        String pem = pem();
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(serving))) {
            CompletableFuture<Long> echoed = echoesOne(listener);
            String host = listener.address().toInetSocketAddress().getAddress().getHostAddress();
            Path script = Files.writeString(folder.resolve("client.js"), """
                    const tls = require('tls'), fs = require('fs');
                    const socket = tls.connect({host: '%s', port: %d, servername: 'localhost',
                        ca: fs.readFileSync('%s'), allowHalfOpen: true});
                    let count = 0;
                    socket.on('data', bytes => { count += bytes.length; });
                    socket.on('end', () => console.log(socket.getProtocol(), count, 'end'));
                    socket.on('error', error => console.log('error', error.message));
                    socket.end(Buffer.alloc(1000000));
                    """.formatted(host, listener.address().port(), pem));
            String printed = run("", List.of("node", script.toString()));
            assertThat(printed).isEqualTo("TLSv1.3 1000000 end\n");
            assertThat(result(echoed)).isEqualTo(1_000_000);
        }
    }

    @Test
    @Tag("thorough")
    void goEndsItsSideAndReadsTheRest() throws Exception {
        assumeInstalled("go");
        String pem = pem();
        Path source = Files.writeString(folder.resolve("client.go"), """
                package main

                import ("crypto/tls"; "crypto/x509"; "fmt"; "io"; "os")

                func main() {
                    pem, _ := os.ReadFile(os.Args[2])
                    roots := x509.NewCertPool()
                    roots.AppendCertsFromPEM(pem)
                    conn, err := tls.Dial("tcp", os.Args[1],
                        &tls.Config{RootCAs: roots, ServerName: "localhost"})
                    if err != nil { fmt.Println(err); return }
                    go func() {
                        conn.Write(make([]byte, 1000000))
                        conn.CloseWrite()
                    }()
                    bytes, err := io.ReadAll(conn)
                    fmt.Println(len(bytes), err)
                }
                """);
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(serving))) {
            CompletableFuture<Long> echoed = echoesOne(listener);
            List<String> command = new ArrayList<>(List.of("go", "run", source.toString()));
            command.addAll(List.of(listener.address().toString(), pem));
            assertThat(run("", command)).isEqualTo("1000000 <nil>\n");
            assertThat(result(echoed)).isEqualTo(1_000_000);
        }
    }
}
