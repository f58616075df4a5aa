package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.net.Dialer;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server behind is a plain socket of the JDK, or the example of HTTP. */
class TlsProxyTest extends TlsExampleTest {
    private static final int BYTES = 1_000_000;

    private final byte[] random = new byte[BYTES];
    private ServerSocket behind;
    private TlsProxy proxy;

    @BeforeEach
    void start() throws IOException {
        new Random(BYTES).nextBytes(random);
        behind = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = TlsProxy.start(
                listener, Dialer.DEFAULT.group(group), "127.0.0.1:" + behind.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.stop();
        behind.close();
    }

    @Override
    Tls tls(PemCertificate certificate) {
        return TlsProxy.tls(certificate);
    }

    /** The side behind the proxy. */
    @FunctionalInterface
    private interface PlainSide {
        byte[] serve(Socket socket) throws IOException;
    }

    private FutureTask<byte[]> serves(PlainSide side) {
        FutureTask<byte[]> served = new FutureTask<>(() -> {
            try (Socket socket = behind.accept()) {
                socket.setSoTimeout(60_000);
                return side.serve(socket);
            }
        });
        Thread.ofPlatform().daemon().start(served);
        return served;
    }

    @Test
    void anEndOfTheClientPassesAndTheAnswerComesAfterIt() throws Exception {
        FutureTask<byte[]> served = serves(socket -> {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(all);
            return all;
        });
        try (SSLSocket client = connectTls(port(), folder)) {
            client.getOutputStream().write(random);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(random);
        }
        assertThat(served.get(60, TimeUnit.SECONDS)).isEqualTo(random);
        assertThat(proxy.stop()).startsWith("1 connections finished, 0 lost, 0 failed")
                .endsWith("; 1,000,000 bytes to the server, 1,000,000 to clients");
    }

    @Test
    void anEndOfTheServerPassesAndTheClientContinues() throws Exception {
        FutureTask<byte[]> served = serves(socket -> {
            socket.getOutputStream().write(random, 0, 3);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        });
        try (SSLSocket client = connectTls(port(), folder)) {
            assertThat(client.getInputStream().readAllBytes())
                    .containsExactly(random[0], random[1], random[2]);
            client.getOutputStream().write(random);
            client.shutdownOutput();
            assertThat(served.get(60, TimeUnit.SECONDS)).isEqualTo(random);
        }
    }

    @Test
    void aResetOfTheServerIsNoEndForTheClient() throws Exception {
        FutureTask<byte[]> served = serves(socket -> {
            int first = socket.getInputStream().read();
            socket.setSoLinger(true, 0);
            return new byte[]{(byte) first};
        });
        try (SSLSocket client = connectTls(port(), folder)) {
            client.getOutputStream().write(7);
            assertThat(served.get(60, TimeUnit.SECONDS)).containsExactly(7);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatIsNotThereIsNoEndForTheClient() throws Exception {
        behind.close();
        try (SSLSocket client = connectTls(port(), folder)) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void curlAndOpensslReachAServerOfHttp() throws Exception {
        try (Listener plain = Listener.open("127.0.0.1:0", ListenerOptions.DEFAULT.group(group));
                Listener front = Listener.open("127.0.0.1:0", listening().group(group))) {
            HttpServer http = HttpServer.start(plain, Map.of("/", "Hello.\n"));
            TlsProxy another = TlsProxy.start(
                    front, Dialer.DEFAULT.group(group), plain.address().toString());
            int port = front.address().port();
            String url = "https://localhost:" + port + "/";
            assertThat(curl("-v", "--resolve", "localhost:" + port + ":127.0.0.1", url, url)
                    .success()).contains("Hello.\n", "HTTP/1.1 200 OK")
                    .containsIgnoringCase("Re-using existing connection");
            assertThat(openssl(port, "GET / HTTP/1.0\r\n\r\n"))
                    .contains("HTTP/1.1 200 OK").endsWith("Hello.\n");
            assertThat(another.stop()).contains(" 0 failed");
            assertThat(http.stop()).startsWith("2 connections finished")
                    .endsWith("; 3 requests answered");
        }
    }
}
