package dev.sluice.examples;

import dev.sluice.net.ListenerOptions;
import dev.sluice.net.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The base of examples over TLS, with a certificate that openssl makes. */
abstract class TlsExampleTest extends ExampleTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificate() throws Exception {
        issue(folder, "localhost");
    }

    /** Writes a new key, and a certificate for localhost whose common name is this. */
    static void issue(Path into, String name) throws Exception {
        RealClient.require("openssl", "openssl");
        RealClient.run("", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", into.resolve("key.pem").toString(),
                "-out", into.resolve("cert.pem").toString()).success();
    }

    static PemCertificate read(Path from) throws IOException {
        return PemCertificate.read(from.resolve("cert.pem"), from.resolve("key.pem"));
    }

    /** Returns the TLS of the example. */
    abstract Tls tls(PemCertificate certificate);

    @Override
    final ListenerOptions listening() throws IOException {
        return ListenerOptions.DEFAULT.tls(tls(read(folder)));
    }

    static String pem() {
        return folder.resolve("cert.pem").toString();
    }

    /** Connects as the JDK's client, which checks the certificate; the handshake is done. */
    static SSLSocket connectTls(int port, Path trustedIn) throws IOException {
        try (InputStream in = Files.newInputStream(trustedIn.resolve("cert.pem"))) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("server",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException broken) {
            throw new IOException(broken);
        }
    }

    /** Runs curl, which checks the certificate. */
    static RealClient.Ended curl(String... arguments) throws Exception {
        RealClient.require("curl", "curl");
        return RealClient.run("", Stream.concat(
                Stream.of("curl", "-sS", "--noproxy", "*", "--cacert", pem()),
                Stream.of(arguments)).toArray(String[]::new));
    }

    /** Sends some lines by openssl, which checks the certificate; returns what it printed. */
    static String openssl(int port, String input) throws Exception {
        return RealClient.run(input, "openssl", "s_client", "-quiet", "-verify_return_error",
                "-verify_hostname", "localhost", "-CAfile", pem(), "-servername", "localhost",
                "-connect", "127.0.0.1:" + port).success();
    }
}
