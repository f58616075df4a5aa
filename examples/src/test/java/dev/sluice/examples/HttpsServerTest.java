package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsServerTest extends TlsExampleTest {
    private HttpsServer https;

    @BeforeEach
    void start() {
        https = HttpsServer.start(listener, Map.of("/", "Hello.\n"));
    }

    @AfterEach
    void stop() {
        https.stop();
    }

    @Override
    Tls tls(PemCertificate certificate) {
        return HttpsServer.tls(certificate);
    }

    private String url() {
        return "https://localhost:" + port() + "/";
    }

    private String resolved() {
        return "localhost:" + port() + ":127.0.0.1";
    }

    @Test
    void curlChecksTheCertificateAndKeepsTheConnection() throws Exception {
        String twice = curl("-v", "--resolve", resolved(), url(), url()).success();
        assertThat(twice).contains("HTTP/1.1 200 OK", "Hello.\n")
                .containsPattern("ALPN.*accepted.*http/1.1")
                .containsIgnoringCase("Re-using existing connection");
        assertThat(https.stop()).startsWith("1 connections finished, 0 lost, 0 failed")
                .endsWith("; 2 requests answered");
    }

    @Test
    void curlRefusesACertificateThatItDoesNotKnowAndTheServerContinues() throws Exception {
        RealClient.require("curl", "curl");
        RealClient.Ended refused = RealClient.run("", "curl", "-sS", "--noproxy", "*",
                "--resolve", resolved(), url());
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(60);
        assertThat(curl("--resolve", resolved(), url()).success()).isEqualTo("Hello.\n");
    }

    @Test
    void opensslReadsToTheEnd() throws Exception {
        assertThat(openssl(port(), "GET / HTTP/1.0\r\n\r\n"))
                .contains("HTTP/1.1 200 OK").endsWith("Hello.\n");
    }

    @Test
    void plainHttpIsNoHandshakeAndEndsTheConnection() throws Exception {
        RealClient.Ended plain = curl("http://127.0.0.1:" + port() + "/");
        assertThat(plain.exitCode()).as(plain.output()).isNotZero();
        assertThat(curl("--resolve", resolved(), url()).success()).isEqualTo("Hello.\n");
    }

    @Test
    void aRenewedCertificateNeedsNoRestart(@TempDir Path renewed) throws Exception {
        issue(renewed, "first");
        PemCertificate certificate = read(renewed);
        SSLContext before = certificate.context();
        try (Listener another = Listener.open("127.0.0.1:0",
                ListenerOptions.DEFAULT.group(group).tls(HttpsServer.tls(certificate)))) {
            HttpsServer server = HttpsServer.start(another, Map.of("/", "Hello.\n"));
            assertThat(nameOf(another, renewed)).isEqualTo("CN=first");
            issue(renewed, "second");
            long endNanos = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (certificate.context().equals(before)) {
                assertThat(System.nanoTime() - endNanos).as("it is read again").isNegative();
                Thread.sleep(10);
            }
            assertThat(nameOf(another, renewed)).isEqualTo("CN=second");
            server.stop();
        }
    }

    private static String nameOf(Listener server, Path trusted) throws IOException {
        try (SSLSocket client = connectTls(server.address().port(), trusted)) {
            return client.getSession().getPeerPrincipal().getName();
        }
    }

    @Test
    void filesOfAnotherKindAreNamedWithTheRemedy(@TempDir Path wrong) throws Exception {
        issue(wrong, "localhost");
        Path key = wrong.resolve("key.pem");
        Files.writeString(key, "-----BEGIN EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> read(wrong)).isInstanceOf(IOException.class)
                .hasMessageContainingAll("key.pem", "openssl pkcs8 -topk8 -nodes");
        Files.writeString(wrong.resolve("cert.pem"), "");
        assertThatThrownBy(() -> read(wrong)).isInstanceOf(IOException.class)
                .hasMessageContaining("cert.pem");
    }
}
