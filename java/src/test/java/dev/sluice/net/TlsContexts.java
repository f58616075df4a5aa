package dev.sluice.net;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Contexts of the two self-signed certificates among the resources: {@code server.p12} for localhost,
 * server.test, 127.0.0.1 and ::1, and {@code client.p12}. Their password is "sluice".
 */
final class TlsContexts {
    private static final char[] PASSWORD = "sluice".toCharArray();

    private TlsContexts() {}

    private static KeyStore store(String name) throws IOException, GeneralSecurityException {
        try (InputStream in = TlsContexts.class.getResourceAsStream("/tls/" + name + ".p12")) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            return store;
        }
    }

    /** Returns a context with one certificate of its own, which trusts another one. */
    static SSLContext of(String own, String trusted) {
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(own), PASSWORD);
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            anchors.setCertificateEntry(trusted, store(trusted).getCertificate(trusted));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError("the certificates of the tests", broken);
        }
    }

    static SSLContext server() {
        return of("server", "client");
    }

    static SSLContext client() {
        return of("client", "server");
    }
}
