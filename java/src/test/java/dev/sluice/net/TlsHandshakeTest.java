package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Names, certificates and protocols, and TLS by dialers, listeners and servers. */
class TlsHandshakeTest extends TlsFixture {
    @Test
    void aHandlerThatThrowsEndsTlsWithoutCloseNotify() throws Exception {
        List<Connection> handled = new CopyOnWriteArrayList<>();
        try (Pair below = pair(); TlsConnection client = dialling.over(below.client())) {
            ConnectionHandler failing = serving.serving(connection -> {
                handled.add(connection);
                connection.readFully(new byte[1]);
                throw new IOException("by the handler");
            });
            CompletableFuture<Void> served = background(() -> {
                failing.serve(below.server());
                return null;
            });
            client.write(new byte[]{1, 2}); // One byte more than the handler reads.
            assertThatThrownBy(() -> result(served)).hasRootCauseMessage("by the handler");
            assertThat(handled).singleElement()
                    .satisfies(connection -> assertThat(connection.isOpen()).isFalse());
            assertThatThrownBy(() -> client.read(new byte[1]))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void dialerAndListenerSpeakIt() throws Exception {
        Tls server = serving.applicationProtocols("h2", "http/1.1");
        Tls client = dialling.applicationProtocols("http/1.1");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(server))) {
            CompletableFuture<String> served = background(() -> {
                try (TlsConnection connection = (TlsConnection) listener.accept()) {
                    connection.transferTo(connection);
                    return connection.applicationProtocol();
                }
            });
            try (TlsConnection connection = (TlsConnection) dialer().tls(client)
                    .timeout(LONG).dial(listener.address())) {
                connection.write(new byte[]{1, 2});
                connection.readFully(new byte[2]);
                assertThat(connection.applicationProtocol()).isEqualTo("http/1.1");
                X509Certificate certificate =
                        (X509Certificate) connection.session().getPeerCertificates()[0];
                assertThat(certificate.getSubjectX500Principal().getName())
                        .isEqualTo("CN=server.test");
                assertThat(connection).hasToString("TLS " + connection.toString().substring(4));
            }
            assertThat(result(served)).isEqualTo("http/1.1");
        }
    }

    @Test
    void aServersHandlersGetItAndAClosingHandlerIsAnEnd() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(serving));
        Server server = Server.on(listener, connection -> {
            byte[] one = new byte[1];
            connection.readFully(one);
            connection.write(one);
            if (one[0] == 0) {
                throw new IllegalStateException("the handler fails");
            }
        }).start();
        Dialer dialer = dialer().tls(dialling);
        byte[] two = new byte[2];
        try (Connection good = dialer.dial(listener.address())) {
            good.write(new byte[]{1});
            assertThat(good.read(two)).isEqualTo(1);
            assertThat(good.read(two)).isEqualTo(-1);
        }
        try (Connection bad = dialer.dial(listener.address())) {
            bad.write(new byte[]{0});
            assertThatThrownBy(() -> {
                while (bad.read(two) >= 0) {
                    LockSupport.parkNanos(1);
                }
            }).isInstanceOf(ConnectionLostException.class);
        }
        try (Connection plain = dialer().dial(listener.address())) {
            plain.write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.inputStream().readAllBytes()).startsWith(21, 3); // an alert
        }
        Server.Report report = server.stop(LONG);
        assertThat(report.finished()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(2);
    }

    @Test
    void aCertificateOfAnotherNameIsRefused() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(serving))) {
            CompletableFuture<Void> there =
                    background(() -> {
                        try (TlsConnection connection = (TlsConnection) listener.accept()) {
                            connection.handshake();
                            return null;
                        }
                    });
            Dialer dialer = dialer().tls(Tls.client(clientContext).serverName("other.test"));
            assertThatThrownBy(() -> dialer.dial(listener.address()))
                    .isInstanceOf(TlsException.class)
                    .hasCauseInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("other.test");
            assertThat(failureOf(there)).isInstanceOf(NetException.class);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefusedAndThePeerLearnsWhy() throws Exception {
        Tls distrusting = Tls.client(TlsContexts.of("client", "client")).serverName("localhost");
        try (TlsPair pair = pairOf(distrusting, version(serving, "TLSv1.2"))) {
            CompletableFuture<Void> there = shakes(pair.server());
            assertThatThrownBy(() -> pair.client().handshake()).isInstanceOf(TlsException.class)
                    .satisfies(failure -> assertThat(((NetException) failure).status())
                            .isEqualTo(Status.PROTOCOL));
            assertThat(failureOf(there)).isInstanceOf(TlsException.class)
                    .hasMessageContaining("certificate_unknown");
        }
    }

    @Test
    void aServerMayNeedACertificateOfItsClients() throws Exception {
        try (TlsPair pair = shaken(dialling, serving.needClientCertificate())) {
            X509Certificate certificate =
                    (X509Certificate) pair.server().session().getPeerCertificates()[0];
            assertThat(certificate.getSubjectX500Principal().getName())
                    .isEqualTo("CN=client.test");
        }
    }

    @Test
    void aSecondConnectionResumesTheSession() throws Exception {
        Tls client = version(dialling, "TLSv1.2");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(serving))) {
            byte[][] ids = new byte[2][];
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Integer> there = background(() -> {
                    try (Connection connection = listener.accept()) {
                        return connection.read(new byte[1]);
                    }
                });
                try (TlsConnection connection =
                        (TlsConnection) dialer().tls(client).dial(listener.address())) {
                    connection.write(new byte[1]);
                    ids[i] = connection.session().getId();
                    assertThat(result(there)).isEqualTo(1);
                }
            }
            assertThat(ids[1]).isNotEmpty().isEqualTo(ids[0]);
        }
    }

    @Test
    void misuseNamesTheRemedy() throws Exception {
        assertThatThrownBy(() -> dialer().tls(serving)).hasMessageContaining("Tls.client");
        assertThatThrownBy(() -> listening().tls(dialling)).hasMessageContaining("Tls.server");
        assertThatThrownBy(() -> dialling.handshakeTimeout(Duration.ZERO))
                .hasMessageContaining("more than zero");
        assertThatThrownBy(() -> dialling.needClientCertificate())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> serving.serverName("a")).isInstanceOf(IllegalStateException.class);
        try (Pair pair = pair()) {
            assertThatThrownBy(() -> Tls.client(clientContext).over(pair.client()))
                    .hasMessageContaining("Tls.serverName");
        }
        Dialer named = dialer().tls(Tls.client(clientContext));
        assertThatThrownBy(() -> named.dialFirst("a.invalid:1", "b.invalid:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Tls.serverName");
    }

    @Test
    void parametersThatDoNotFitCostTheAcceptedConnection() throws Exception {
        Tls unfit = serving.parameters(
                parameters -> parameters.setCipherSuites(new String[]{"NO_SUCH_SUITE"}));
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().tls(unfit));
                Connection client = dialer().dial(listener.address())) {
            assertThatThrownBy(listener::accept).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NO_SUCH_SUITE");
            assertEndedOrFailed(background(() -> client.read(new byte[1])), NetException.class);
        }
    }

    @Test
    void aWholeNameWithItsFinalDotIsTheNameWithout() throws Exception {
        Tls dotted = Tls.client(clientContext).serverName("localhost.");
        try (TlsPair pair = shaken(dotted, serving)) {
            assertThat(pair.client().session().getPeerHost()).isEqualTo("localhost");
        }
    }
}
