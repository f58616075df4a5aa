package dev.sluice.bench.peers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate of all servers of {@link Task#TLS}: self-signed, for localhost and 127.0.0.1, with a key
 * on P-256. Its key is in this module, so it protects nothing.
 */
public final class BenchTls {
    private static final String KEY_STORE = "server.p12";
    private static final String ALIAS = "server";
    private static final char[] PASSWORD = "sluice".toCharArray();

    private BenchTls() {}

    /** Returns a context of the JDK's provider that has the certificate. */
    static SSLContext serverContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys().getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw refused(e);
        }
    }

    /** Returns the manager of the certificate's key. */
    static KeyManagerFactory keys() throws IOException {
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore(), PASSWORD);
            return keys;
        } catch (GeneralSecurityException e) {
            throw refused(e);
        }
    }

    /** Returns a context of the JDK's provider that trusts the certificate and no other. */
    public static SSLContext clientContext() throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, keyStore().getCertificate(ALIAS));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw refused(e);
        }
    }

    private static KeyStore keyStore() throws IOException, GeneralSecurityException {
        try (InputStream in = BenchTls.class.getResourceAsStream(KEY_STORE)) {
            if (in == null) {
                throw new FileNotFoundException("this program lacks its resource " + KEY_STORE);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            return store;
        }
    }

    private static IOException refused(GeneralSecurityException cause) {
        return new IOException("this Java runtime refused the certificate: " + cause.getMessage(),
                cause);
    }
}
