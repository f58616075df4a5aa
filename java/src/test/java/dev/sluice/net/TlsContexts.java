package dev.sluice.net;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

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
        return of(own, trusted, null);
    }

    /** As {@link #of(String, String)}, of a provider if there is one. */
    static SSLContext of(String own, String trusted, @Nullable Provider provider) {
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
            SSLContext context = provider == null
                    ? SSLContext.getInstance("TLS")
                    : SSLContext.getInstance("TLS", provider);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError("the certificates of the tests", broken);
        }
    }

    /** Returns the certificate of a store. */
    static X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        return (X509Certificate) store(name).getCertificate(name);
    }

    /** Returns the key of a store. */
    static PrivateKey key(String name) throws IOException, GeneralSecurityException {
        return (PrivateKey) store(name).getKey(name, PASSWORD);
    }

    static SSLContext server() {
        return of("server", "client");
    }

    static SSLContext client() {
        return of("client", "server");
    }
}
